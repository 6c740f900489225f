using System.Buffers.Binary;
using System.Net;

namespace Net.Async.Namespaces;

/// <summary>What the wire has to know of a frame with TCP in it.</summary>
internal readonly record struct TcpHeader(IPAddress Source, int SourcePort, IPAddress Destination, int DestinationPort, byte Flags)
{
    private const int Ethernet = 14, Tcp = 6, MinTcp = 20;
    private const byte Fin = 1, Syn = 2, Reset = 4, Ack = 16;

    public bool IsSyn => (Flags & (Syn | Ack)) == Syn;

    public bool IsSynAck => (Flags & (Syn | Ack)) == (Syn | Ack);

    public bool BeginsOrEnds => (Flags & (Fin | Syn | Reset)) != 0;

    public string FlagText => string.Concat(
        (Flags & Syn) != 0 ? "S" : "", (Flags & Reset) != 0 ? "R" : "", (Flags & Fin) != 0 ? "F" : "", (Flags & Ack) != 0 ? "A" : "");

    /// <summary>Reads an Ethernet frame; false when it has no TCP in it, extension headers of IPv6 included.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out TcpHeader header)
    {
        header = default;
        if (frame.Length < Ethernet + 20)
            return false;
        var packet = frame[Ethernet..];
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0800 when packet[9] == Tcp => TryRead(packet[12..16], packet[16..20], packet[((packet[0] & 15) * 4)..], out header),
            0x86dd when packet.Length >= 40 && packet[6] == Tcp => TryRead(packet[8..24], packet[24..40], packet[40..], out header),
            _ => false,
        };
    }

    private static bool TryRead(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> segment, out TcpHeader header)
    {
        header = default;
        if (segment.Length < MinTcp)
            return false;
        header = new TcpHeader(
            new IPAddress(source), BinaryPrimitives.ReadUInt16BigEndian(segment),
            new IPAddress(destination), BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
            segment[13]);
        return true;
    }
}
