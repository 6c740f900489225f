using System.Net;

namespace Net.Async;

/// <summary>A named pipe of this machine: <c>pipe:name</c>.</summary>
/// <remarks>On Linux .NET carries it over a Unix socket in the temporary directory; the name is the same on every platform.</remarks>
public sealed class NamedPipeEndPoint : EndPoint, IEquatable<NamedPipeEndPoint>
{
    /// <summary>Names the pipe.</summary>
    /// <param name="pipeName">1 to 80 characters, without slashes, NUL or colons.</param>
    /// <exception cref="ArgumentException">The name is empty, too long or has a character a pipe cannot have.</exception>
    public NamedPipeEndPoint(string pipeName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pipeName);
        if (pipeName.Length > MaxLength)
            throw new ArgumentException($"The pipe name has {pipeName.Length} characters, the limit is {MaxLength}.", nameof(pipeName));
        if (pipeName.AsSpan().ContainsAny("/\\:\0") || string.Equals(pipeName, "anonymous", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{pipeName}' cannot be a pipe name: no '/', '\\', ':' or NUL, and not 'anonymous'.", nameof(pipeName));
        PipeName = pipeName;
    }

    // The socket path that .NET makes of the name on Unix must stay under the kernel's 108 bytes, the temporary directory included.
    private const int MaxLength = 80;

    /// <summary>The name, without a prefix.</summary>
    public string PipeName { get; }

    /// <inheritdoc/>
    public bool Equals(NamedPipeEndPoint? other) => other is not null && PipeName == other.PipeName;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NamedPipeEndPoint);

    /// <inheritdoc/>
    public override int GetHashCode() => PipeName.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text that <see cref="NetEndPoint.Parse"/> reads.</summary>
    public override string ToString() => "pipe:" + PipeName;
}
