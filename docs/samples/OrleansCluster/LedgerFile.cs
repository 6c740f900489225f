using System.Buffers.Binary;

namespace OrleansCluster;

/// <summary>Numbers of calls, four bytes each, at the end of a file. What was written is there after a kill, too: the kernel has it.</summary>
public sealed class LedgerFile : IDisposable
{
    private readonly HashSet<int> _calls;
    private readonly FileStream _file;

    public LedgerFile(string path)
    {
        _calls = [.. Read(path)];
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    public int Count => _calls.Count;

    public static int[] Read(string path)
    {
        if (!File.Exists(path))
            return [];
        var bytes = File.ReadAllBytes(path);
        var calls = new int[bytes.Length / sizeof(int)];
        for (var i = 0; i < calls.Length; i++)
            calls[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)));
        return calls;
    }

    public void Record(int call)
    {
        if (!_calls.Add(call))
            return;
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, call);
        _file.Write(bytes);
    }

    public void Dispose() => _file.Dispose();
}
