using System.Buffers.Text;

namespace Net.Async;

/// <summary>What the kernel tells of one of our threads (proc(5)): whether it waits, and how long it has run.</summary>
internal static class ThreadTimes
{
    /// <summary>Nanoseconds: a thread that has run for so long between two ticks was not kept waiting for a processor.</summary>
    public const long EnoughToBeBusy = 1_000_000;

    /// <summary>Reads both; false where the kernel does not tell, or the thread has gone.</summary>
    public static bool TryRead(int thread, out bool isBlocked, out long cpuTime)
    {
        (isBlocked, cpuTime) = (false, 0);
        Span<byte> text = stackalloc byte[512];
        if (!TryReadFile($"/proc/self/task/{thread}/schedstat", text, out var length) || !Utf8Parser.TryParse(text[..length], out cpuTime, out _))
            return false;
        if (!TryReadFile($"/proc/self/task/{thread}/stat", text, out length))
            return false;
        // The name in parentheses may hold anything; the state is the letter after it.
        var state = text[..length].LastIndexOf((byte)')') + 2;
        isBlocked = state >= 2 && state < length && text[state] is (byte)'S' or (byte)'D';
        return true;
    }

    private static bool TryReadFile(string path, Span<byte> text, out int length)
    {
        length = 0;
        try
        {
            using var file = File.OpenHandle(path);
            length = RandomAccess.Read(file, text, 0);
            return length > 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
