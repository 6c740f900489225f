using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Net.Async.Namespaces;

/// <summary>What the wire needs of the kernel and the base class library does not have.</summary>
internal static partial class Libc
{
    public const short Readable = 1;

    private const int NewNet = 0x40000000;

    /// <summary>A descriptor to wait for, as poll(2) wants it.</summary>
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>Moves this thread into a network namespace. It must end there: no other work may run on it.</summary>
    public static void Enter(string name)
    {
        using var handle = File.OpenHandle($"/run/netns/{name}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Check(SetNs(handle, NewNet), "setns");
    }

    public static void Control(SafeHandle handle, nuint request, Span<byte> argument) => Check(IoCtl(handle, request, argument), "ioctl");

    /// <summary>Waits until one of them is readable, or until the time has passed.</summary>
    public static void Poll(Span<PollEntry> entries, TimeSpan limit)
    {
        var time = new TimeSpec { Seconds = limit.Ticks / TimeSpan.TicksPerSecond, Nanoseconds = limit.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick };
        // A signal ends the wait early; the caller waits again.
        _ = PPoll(entries, (nuint)entries.Length, time, 0);
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(SafeHandle handle, int type);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoCtl(SafeHandle handle, nuint request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static partial int PPoll(Span<PollEntry> entries, nuint count, in TimeSpec time, nint signals);
}
