using System.Buffers.Binary;

namespace Workers;

/// <summary>What a worker reports: connections that it has, and what it has served so far.</summary>
internal readonly record struct Counts(int Open, int Connections, int Requests)
{
    public byte[] ToNote()
    {
        var note = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(note, Open);
        BinaryPrimitives.WriteInt32LittleEndian(note.AsSpan(4), Connections);
        BinaryPrimitives.WriteInt32LittleEndian(note.AsSpan(8), Requests);
        return note;
    }

    public static Counts Read(ReadOnlySpan<byte> note) => new(BinaryPrimitives.ReadInt32LittleEndian(note),
        BinaryPrimitives.ReadInt32LittleEndian(note[4..]), BinaryPrimitives.ReadInt32LittleEndian(note[8..]));
}
