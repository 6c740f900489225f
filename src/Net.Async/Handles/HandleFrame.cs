using System.Buffers.Binary;

namespace Net.Async;

/// <summary>One message of a handle channel, before its payload: what comes with it, and how long the payload is.</summary>
/// <remarks>
/// Eight bytes: 'N', the version, the kind, the number of handles, the payload's length (32 bits, little-endian). Zeros before it mean nothing:
/// they are what a sender waits with while the queue is full. The handles come with the first byte (unix(7)).
/// </remarks>
internal readonly record struct HandleFrame(HandleKind Kind, int Handles, int PayloadLength)
{
    public const int HeaderLength = 8, MaxHandles = 16, MaxPayloadLength = 16 * 1024;
    public const byte Filler = 0;

    private const byte Mark = (byte)'N', Version = 1;

    public void Write(Span<byte> header)
    {
        header[0] = Mark;
        header[1] = Version;
        header[2] = (byte)Kind;
        header[3] = (byte)Handles;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], PayloadLength);
    }

    /// <summary>Null, and why in words, when it is none of ours.</summary>
    public static HandleFrame? Read(ReadOnlySpan<byte> header, out string? problem)
    {
        var frame = new HandleFrame((HandleKind)header[2], header[3], BinaryPrimitives.ReadInt32LittleEndian(header[4..]));
        problem = header[0] != Mark ? "no message begins there"
            : header[1] != Version ? $"version {header[1]} of the messages is not known"
            : frame.Kind is not (HandleKind.None or HandleKind.Connection or HandleKind.Listener) ? $"kind {header[2]} is not known"
            : !frame.HasRightNumber ? $"{frame.Handles} handles do not go with a {frame.Kind}"
            : frame.PayloadLength is < 0 or > MaxPayloadLength ? $"a payload of {(uint)frame.PayloadLength} bytes is longer than {MaxPayloadLength}"
            : null;
        return problem is null ? frame : null;
    }

    // A server may listen on several addresses.
    private bool HasRightNumber => Kind switch
    {
        HandleKind.None => Handles == 0,
        HandleKind.Connection => Handles == 1,
        _ => Handles is >= 1 and <= MaxHandles,
    };
}
