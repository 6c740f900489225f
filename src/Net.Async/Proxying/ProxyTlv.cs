using System.Text;

namespace Net.Async;

/// <summary>One fact of a header of version 2: a type, a length, a value.</summary>
public sealed class ProxyTlv
{
    /// <summary>Makes one.</summary>
    /// <param name="type">One of the known types, or a number of your own: 0xE0 to 0xEF.</param>
    /// <param name="value">At most 65,532 bytes. It is not copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">The type is outside 0 to 255, or the value is longer.</exception>
    public ProxyTlv(ProxyTlvType type, ReadOnlyMemory<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative((int)type, nameof(type));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)type, byte.MaxValue, nameof(type));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, ushort.MaxValue - ProxyTlvs.HeadLength, nameof(value));
        (Type, Value) = (type, value);
    }

    /// <summary>Makes one of text, as UTF-8.</summary>
    /// <param name="type">One of the known types, or a number of your own: 0xE0 to 0xEF.</param>
    /// <param name="text">At most 65,532 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The type is outside 0 to 255, or the text is longer.</exception>
    public ProxyTlv(ProxyTlvType type, string text)
        : this(type, Encoding.UTF8.GetBytes(text ?? throw new ArgumentNullException(nameof(text))))
    {
    }

    /// <summary>Asks for a checksum: put among the TLVs of a header, it becomes the CRC-32C of what is sent.</summary>
    public static ProxyTlv Checksum { get; } = new(ProxyTlvType.Checksum, new byte[4]);

    /// <summary>What it says.</summary>
    public ProxyTlvType Type { get; }

    /// <summary>Its value; perhaps empty.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>The value as UTF-8; what is none becomes U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Value.Span);

    /// <summary>The type, and how long the value is.</summary>
    public override string ToString() => FormattableString.Invariant($"{Type} ({Value.Length} bytes)");
}
