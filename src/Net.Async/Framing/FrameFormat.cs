using System.Buffers;

namespace Net.Async;

/// <summary>How a stream of bytes is divided into frames: where each begins and ends, and how it is written. A format holds no state and serves any number of connections at once.</summary>
/// <remarks>Derive from it for a protocol whose frames are divided in another way.</remarks>
public abstract class FrameFormat
{
    /// <summary>Sets the limit.</summary>
    /// <param name="maxLength">How many bytes a payload may have; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    protected FrameFormat(int maxLength)
    {
        if (maxLength < 0)
            throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, "The longest payload must be at least 0 bytes.");
        MaxLength = maxLength;
    }

    /// <summary>How many bytes a payload may have. A peer that sends or announces more has sent invalid data.</summary>
    public int MaxLength { get; }

    /// <summary>Lines that end with LF or CR LF, which are no part of the payload; they are written with LF. A last line without an end is an error: what a peer has cut off must not look complete.</summary>
    /// <param name="maxLength">How many bytes a line may have, its end not counted; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static FrameFormat Lines(int maxLength) => new LineFormat(maxLength);

    /// <summary>Frames that end with a sequence of bytes, which is no part of the payload and does not occur in it.</summary>
    /// <param name="delimiter">At least one byte; it is copied.</param>
    /// <param name="maxLength">How many bytes a payload may have; at least 0.</param>
    /// <exception cref="ArgumentException">The delimiter is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static FrameFormat Delimited(ReadOnlySpan<byte> delimiter, int maxLength) => new DelimitedFormat(delimiter, maxLength);

    /// <summary>Frames that all have the same length.</summary>
    /// <param name="length">The bytes of each; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public static FrameFormat Fixed(int length) => new FixedFormat(length);

    /// <summary>Frames with their length before them. A length of 0 is a frame.</summary>
    /// <param name="prefix">How the length is written. It counts the payload alone.</param>
    /// <param name="maxLength">How many bytes a payload may have; at least 0, and no more than the prefix can say.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside its bounds, or the prefix is none of the kinds.</exception>
    public static FrameFormat LengthPrefixed(LengthPrefix prefix, int maxLength) => new LengthPrefixedFormat(prefix, maxLength);

    /// <summary>Finds the frame at the beginning of what was received.</summary>
    /// <param name="buffer">What was received and belongs to no frame before; at least one byte. The payload need not be there yet: an extent that is known from a header is returned at once.</param>
    /// <param name="searched">How many bytes were there at the last call that has found nothing: they need not be searched again. 0 for a new frame.</param>
    /// <param name="extent">The parts of the frame: none negative, and one byte at least in all.</param>
    /// <returns>False when more bytes are needed to know it.</returns>
    /// <exception cref="FormatException">The bytes are no frame; the message says why. The reader reports it as <see cref="ConnectionError.InvalidData"/>.</exception>
    protected internal abstract bool TryFind(in ReadOnlySequence<byte> buffer, long searched, out FrameExtent extent);

    /// <summary>Checks a payload that is to be written: its length, and that the reader will find its end where it is.</summary>
    /// <param name="payload">The payload, no longer than <see cref="MaxLength"/>.</param>
    /// <exception cref="ArgumentException">It cannot be a frame of this format; nothing was written.</exception>
    protected internal virtual void Check(ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>Writes what comes before a payload.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="length">The bytes of the payload, which has been checked.</param>
    protected internal virtual void WriteHeader(IBufferWriter<byte> output, int length)
    {
    }

    /// <summary>Writes what comes behind a payload.</summary>
    /// <param name="output">Where it goes.</param>
    protected internal virtual void WriteTrailer(IBufferWriter<byte> output)
    {
    }

    /// <summary>The same as <see cref="TryFind"/> where the beginning is in one piece, for the common case; false leaves it to that. It does not throw.</summary>
    internal virtual bool TryFindFast(ReadOnlySpan<byte> bytes, out FrameExtent extent)
    {
        extent = default;
        return false;
    }

    /// <summary>How many bytes may be there without a frame being found.</summary>
    internal virtual long LongestUnfound => long.MaxValue;

    /// <summary>Whether something may come behind a payload.</summary>
    internal virtual bool HasTrailer => true;

    /// <summary>Throws for a payload that is no frame.</summary>
    internal void CheckPayload(ReadOnlySpan<byte> payload, string name)
    {
        CheckLength(payload.Length, name);
        Check(payload);
    }

    /// <summary>Throws for a payload that is too long.</summary>
    internal void CheckLength(long length, string name)
    {
        if (length > MaxLength)
            throw new ArgumentException($"The payload has {length} bytes, and a frame of this format at most {MaxLength}.", name);
    }
}
