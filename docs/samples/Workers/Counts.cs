using System.Buffers.Binary;

namespace Workers;

/// <summary>What a worker reports: connections that it has, and what it has served so far.</summary>
internal readonly record struct Counts(int Open, int Connections, int Requests)
{
    public byte[] ToNote()
    {
        var payload = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(payload, Open);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4), Connections);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(8), Requests);
        return payload;
    }

    public static Counts Read(ReadOnlySpan<byte> payload) => new(BinaryPrimitives.ReadInt32LittleEndian(payload),
        BinaryPrimitives.ReadInt32LittleEndian(payload[4..]), BinaryPrimitives.ReadInt32LittleEndian(payload[8..]));
}
