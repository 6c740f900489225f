using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Net.Async;

/// <summary>A question as a message (RFC 1035, 4.1).</summary>
/// <param name="question">What it asks.</param>
internal sealed class QueryMessage(Question question)
{
    /// <summary>What the name server may put into a datagram (RFC 6891, 6.2.3): more than this is often lost in fragments.</summary>
    public const int LargestDatagram = 1232;

    public const ushort ClassInternet = 1;

    private const ushort RecursionDesired = 0x0100;
    private const ushort TypeOpt = 41;

    public Question Question { get; } = question;

    /// <summary>Hard to guess: with the source port it is all that tells the answer from a forged one.</summary>
    public ushort Id { get; } = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

    public ushort Type { get; } = (ushort)(question.Family == AddressFamily.InterNetworkV6 ? DnsClient.QueryType.AAAA : DnsClient.QueryType.A);

    public byte[] ToBytes()
    {
        var bytes = new List<byte>(64 + Question.Name.Length);
        // One question, no answers, no authorities, one additional record.
        foreach (var field in (ReadOnlySpan<ushort>)[Id, RecursionDesired, 1, 0, 0, 1])
            Add(bytes, field);
        AddName(bytes);
        Add(bytes, Type);
        Add(bytes, ClassInternet);
        // The OPT record (RFC 6891, 6.1.2): the root, its type, the size in the place of a class, no flags, no data.
        bytes.Add(0);
        foreach (var field in (ReadOnlySpan<ushort>)[TypeOpt, LargestDatagram, 0, 0, 0])
            Add(bytes, field);
        return [.. bytes];
    }

    private void AddName(List<byte> bytes)
    {
        foreach (var label in Question.Name.Split('.'))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.Add(0);
    }

    private static void Add(List<byte> bytes, ushort value)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(two, value);
        bytes.AddRange(two);
    }
}
