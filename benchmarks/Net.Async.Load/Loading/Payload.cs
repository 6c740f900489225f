namespace Net.Async.Load;

/// <summary>The bytes to send.</summary>
internal static class Payload
{
    /// <summary>Bytes that differ from their neighbours, in memory that stays where it is.</summary>
    public static byte[] Create(int size)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        for (var i = 0; i < size; i++)
            bytes[i] = (byte)i;
        return bytes;
    }

    /// <summary>A line of so many bytes, its end included.</summary>
    public static byte[] CreateLine(int size)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        bytes.AsSpan().Fill((byte)'l');
        bytes[^1] = (byte)'\n';
        return bytes;
    }
}
