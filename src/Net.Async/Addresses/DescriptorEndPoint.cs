using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A socket that this process was started with, by the number of its descriptor: <c>fd:3</c>. It is listened on; what it is bound to is asked of it then.</summary>
public sealed class DescriptorEndPoint : EndPoint, IEquatable<DescriptorEndPoint>
{
    /// <summary>Names a descriptor; whether it is open, and what it is, is asked when it is listened on.</summary>
    /// <param name="descriptor">0 and more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public DescriptorEndPoint(int descriptor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(descriptor);
        Descriptor = descriptor;
    }

    /// <summary>The number.</summary>
    public int Descriptor { get; }

    /// <summary>Not known before the descriptor is looked at.</summary>
    public override AddressFamily AddressFamily => AddressFamily.Unspecified;

    /// <inheritdoc/>
    public bool Equals(DescriptorEndPoint? other) => other is not null && other.Descriptor == Descriptor;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DescriptorEndPoint);

    /// <inheritdoc/>
    public override int GetHashCode() => Descriptor;

    /// <summary>The text form, <c>fd:3</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"fd:{Descriptor}");

    /// <summary>Reads what follows <c>fd:</c>; says why not, in words, when it is no descriptor.</summary>
    internal static DescriptorEndPoint? TryCreate(ReadOnlySpan<char> text, out string? problem)
    {
        problem = null;
        // One spelling each: no sign, no leading zero.
        if (!text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor))
            return new DescriptorEndPoint(descriptor);
        problem = $"the descriptor '{text}' is not 0 to {int.MaxValue}";
        return null;
    }
}
