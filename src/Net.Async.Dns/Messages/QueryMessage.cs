using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Net.Async;

/// <summary>A question as a message (RFC 1035, 4.1).</summary>
/// <param name="question">What it asks.</param>
/// <param name="datagram">What the name server may put into a datagram (RFC 6891, 6.2.3), in octets; 0 for a query without EDNS.</param>
/// <param name="wantsAuthentic">Asks for the AD bit (RFC 6840, 5.7).</param>
internal sealed class QueryMessage(Question question, int datagram = 0, bool wantsAuthentic = false)
{
    public const ushort ClassInternet = 1;

    private const ushort RecursionDesired = 0x0100, AuthenticData = 0x0020;

    /// <summary>Hard to guess: with the source port it is all that tells the answer from a forged one.</summary>
    public ushort Id { get; } = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

    public RecordType Type { get; } = question.Family == AddressFamily.InterNetworkV6 ? RecordType.Aaaa : RecordType.A;

    public bool HasEdns => datagram > 0;

    /// <summary>The name as labels with their lengths, and an end.</summary>
    public byte[] Name { get; } = ToLabels(question.Name);

    /// <summary>The message.</summary>
    /// <param name="prefix">So many octets are left free before it.</param>
    public byte[] ToBytes(int prefix = 0)
    {
        var bytes = new List<byte>(prefix + 64 + Name.Length);
        bytes.AddRange(new byte[prefix]);
        var flags = (ushort)(RecursionDesired | (wantsAuthentic ? AuthenticData : 0));
        // One question, no answers, no authorities, an additional record for EDNS.
        foreach (var field in (ReadOnlySpan<ushort>)[Id, flags, 1, 0, 0, (ushort)(HasEdns ? 1 : 0)])
            Add(bytes, field);
        bytes.AddRange(Name);
        Add(bytes, (ushort)Type);
        Add(bytes, ClassInternet);
        if (HasEdns)
            AddEdns(bytes);
        return [.. bytes];
    }

    // RFC 6891, 6.1.2: the root, its type, the size in the place of a class, no flags, no data.
    private void AddEdns(List<byte> bytes)
    {
        bytes.Add(0);
        foreach (var field in (ReadOnlySpan<ushort>)[(ushort)RecordType.Opt, (ushort)datagram, 0, 0, 0])
            Add(bytes, field);
    }

    private static byte[] ToLabels(string name)
    {
        var labels = new List<byte>(name.Length + 2);
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            labels.Add((byte)label.Length);
            // A search domain may have any octet.
            labels.AddRange(Encoding.Latin1.GetBytes(label));
        }

        labels.Add(0);
        return [.. labels];
    }

    private static void Add(List<byte> bytes, ushort value)
    {
        Span<byte> two = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(two, value);
        bytes.AddRange(two);
    }
}
