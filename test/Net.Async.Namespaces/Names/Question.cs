using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Namespaces;

/// <summary>The question of a DNS message (RFC 1035, 4.1.2).</summary>
/// <param name="Id">Of the message.</param>
/// <param name="Name">In lower case, without the last dot.</param>
/// <param name="Type">1 is A, 28 is AAAA.</param>
/// <param name="Bytes">The question as it came; the answer repeats it.</param>
internal sealed record Question(ushort Id, string Name, ushort Type, ReadOnlyMemory<byte> Bytes)
{
    public const int Header = 12;

    private const ushort A = 1, Aaaa = 28;

    public AddressFamily Family => Type switch
    {
        A => AddressFamily.InterNetwork,
        Aaaa => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    };

    /// <summary>Reads a message; null when it is none that can be answered.</summary>
    public static Question? Read(ReadOnlyMemory<byte> message)
    {
        var bytes = message.Span;
        if (bytes.Length < Header + 5 || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != 1)
            return null;
        var labels = new List<string>();
        var at = Header;
        // No client compresses the name of a question: a length is 1 to 63.
        while (bytes[at] is > 0 and < 64 and var length && at + length + 5 < bytes.Length)
        {
            labels.Add(Encoding.ASCII.GetString(bytes.Slice(at + 1, length)).ToLowerInvariant());
            at += length + 1;
        }

        return bytes[at] != 0 || at + 5 > bytes.Length ? null : new Question(
            BinaryPrimitives.ReadUInt16BigEndian(bytes), string.Join('.', labels), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]), message[Header..(at + 5)]);
    }
}
