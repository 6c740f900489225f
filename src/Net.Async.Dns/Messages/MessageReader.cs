using System.Buffers.Binary;

namespace Net.Async;

/// <summary>Reads a DNS message (RFC 1035, 4.1) field by field, without an allocation. Every method throws <see cref="MalformedMessageException"/> instead of leaving the message.</summary>
/// <param name="message">All of it: pointers in names count from its start.</param>
internal ref struct MessageReader(ReadOnlySpan<byte> message)
{
    /// <summary>Octets of a name with its length octets and its end (RFC 1035, 2.3.4).</summary>
    public const int LongestName = 255;

    private const int PointerBits = 0xC0;

    // Labels and pointers that may be followed by one reader. An honest message takes some hundreds, as its names are written alike;
    // without a limit, pointers made for it take millions.
    private const int MostSteps = 4096;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _steps = MostSteps;

    public int Position { readonly get; private set; }

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(ReadBytes(sizeof(ushort)));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(ReadBytes(sizeof(uint)));

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        var bytes = _message.Slice(Position, Within(Position, count));
        Position += count;
        return bytes;
    }

    public void MoveTo(int position) => Position = Within(0, position);

    /// <summary>The message goes as far as this position.</summary>
    public readonly void CheckWithin(int position) => Within(0, position);

    /// <summary>Moves behind the name that starts here. Its pointer is not followed.</summary>
    public void SkipName()
    {
        var at = Position;
        for (var end = at + LongestName; at < end && at < _message.Length;)
        {
            int length = _message[at];
            if ((length & PointerBits) == PointerBits)
            {
                MoveTo(at + 2);
                return;
            }

            at += 1 + CheckLabel(length);
            if (length == 0)
            {
                Position = at;
                return;
            }
        }

        throw new MalformedMessageException("A name has no end within the message and 255 octets.");
    }

    /// <summary>Whether the name that starts there is this one, ASCII letters of either case. <see cref="Position"/> stays.</summary>
    /// <param name="at">Where it starts.</param>
    /// <param name="name">Labels with their lengths, and an end; no pointers.</param>
    public bool NameIs(int at, scoped ReadOnlySpan<byte> name)
    {
        var lowest = at;
        while (true)
        {
            var label = NextLabel(ref at, ref lowest);
            if (label.Length != name[0] || !Same(label, name.Slice(1, label.Length)))
                return false;
            if (label.IsEmpty)
                return true;
            name = name[(1 + label.Length)..];
        }
    }

    /// <summary>Writes the name that starts there without pointers, and returns its length. <see cref="Position"/> stays.</summary>
    /// <param name="at">Where it starts.</param>
    /// <param name="name">Room for the longest name.</param>
    public int CopyName(int at, scoped Span<byte> name)
    {
        var lowest = at;
        for (var length = 0; ;)
        {
            var label = NextLabel(ref at, ref lowest);
            // The end needs its octet too.
            if (length + 1 + label.Length + (label.IsEmpty ? 0 : 1) > LongestName)
                throw new MalformedMessageException("A name is longer than 255 octets.");
            name[length] = (byte)label.Length;
            label.CopyTo(name[(length + 1)..]);
            length += 1 + label.Length;
            if (label.IsEmpty)
                return length;
        }
    }

    // RFC 1035, 4.1.4. A pointer leads only ever further back: that is an end to every chain of them.
    private ReadOnlySpan<byte> NextLabel(ref int at, ref int lowest)
    {
        while (true)
        {
            if (--_steps < 0)
                throw new MalformedMessageException("The names are more work than a message may be.");
            Within(at, 1);
            int length = _message[at];
            if ((length & PointerBits) != PointerBits)
            {
                var label = _message.Slice(at + 1, Within(at + 1, CheckLabel(length)));
                at += 1 + length;
                return label;
            }

            Within(at, 2);
            at = ((length & ~PointerBits) << 8) | _message[at + 1];
            lowest = at < lowest ? at : throw new MalformedMessageException("A pointer in a name does not lead back.");
        }
    }

    // Case is ASCII's alone (RFC 4343); other octets are compared as they are.
    private static bool Same(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.SequenceEqual(other))
            return true;
        for (var i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i] && !(char.IsAsciiLetter((char)one[i]) && (one[i] | 0x20) == (other[i] | 0x20)))
                return false;
        }

        return true;
    }

    // The two other kinds of label (RFC 6891, 5) have never been used.
    private static int CheckLabel(int length) => (length & PointerBits) == 0 ? length : throw new MalformedMessageException("A label is of an unknown kind.");

    private readonly int Within(int start, int count) => start >= 0 && count >= 0 && start <= _message.Length - count
        ? count
        : throw new MalformedMessageException("The message ends in a field.");
}
