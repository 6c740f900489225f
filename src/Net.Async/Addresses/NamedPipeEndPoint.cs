using System.Net;
using System.Text;

namespace Net.Async;

/// <summary>A named pipe of this machine: <c>pipe:name</c>.</summary>
/// <remarks>On Linux .NET carries it over a Unix socket in the temporary directory; the name is the same on every platform.</remarks>
public sealed class NamedPipeEndPoint : EndPoint, IEquatable<NamedPipeEndPoint>
{
    // The socket path that .NET makes of the name on Unix must stay under the kernel's 108 bytes, the temporary directory included.
    private const int MaxBytes = 80;

    /// <summary>Names the pipe.</summary>
    /// <param name="pipeName">1 to 80 bytes of UTF-8, without slashes, NUL or colons.</param>
    /// <exception cref="ArgumentException">The name is empty, too long or has a character a pipe cannot have.</exception>
    public NamedPipeEndPoint(string pipeName)
    {
        ArgumentNullException.ThrowIfNull(pipeName);
        if (ProblemOf(pipeName) is { } problem)
            throw new ArgumentException($"'{pipeName}' cannot be a pipe name: {problem}.", nameof(pipeName));
        PipeName = pipeName;
    }

    /// <summary>The name, without a prefix.</summary>
    public string PipeName { get; }

    /// <summary>Why it cannot be a name; null when it can.</summary>
    internal static string? ProblemOf(ReadOnlySpan<char> name)
    {
        if (name.IsWhiteSpace())
            return "the name is empty";
        if (Encoding.UTF8.GetByteCount(name) is > MaxBytes and var count)
            return $"the name has {count} bytes, the limit is {MaxBytes}";
        return name.ContainsAny("/\\:\0") || name.Equals("anonymous", StringComparison.OrdinalIgnoreCase) ? "no '/', '\\', ':' or NUL, and not 'anonymous'" : null;
    }

    /// <inheritdoc/>
    public bool Equals(NamedPipeEndPoint? other) => other is not null && PipeName == other.PipeName;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NamedPipeEndPoint);

    /// <inheritdoc/>
    public override int GetHashCode() => PipeName.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text that <see cref="NetEndPoint.Parse"/> reads.</summary>
    public override string ToString() => "pipe:" + PipeName;
}
