using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The end of a handle channel that a program is started with: its number in the environment.</summary>
internal static class ChannelProcess
{
    private const string Variable = "NET_ASYNC_HANDLE_CHANNEL";

    // Two that start at once would each give the other's end to its child as well: that channel would then outlive its process.
    private static readonly Lock s_starting = new();

    /// <summary>Starts a program with one end of a channel; returns the other one.</summary>
    /// <exception cref="ConnectionException">Descriptors have run out.</exception>
    public static SafeSocketHandle Start(ProcessStartInfo startInfo, out Process child)
    {
        var (here, there) = MakePair();
        using (there)
        {
            try
            {
                child = Start(startInfo, (int)there.DangerousGetHandle());
                return here;
            }
            catch
            {
                here.Dispose();
                throw;
            }
        }
    }

    /// <summary>The number of the end that this process was started with, as text; null when there is none.</summary>
    public static string? Given => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : null;

    /// <summary>Makes the end a connection, once: what this process starts is not the parent's child.</summary>
    /// <exception cref="ArgumentException">It is no number, or not a connected socket's.</exception>
    public static Connection Take(string text)
    {
        Environment.SetEnvironmentVariable(Variable, null);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor)
            ? Connection.FromHandle(descriptor)
            : throw new ArgumentException("A descriptor's number is expected.");
    }

    /// <summary>Says that the environment names no channel.</summary>
    public static InvalidOperationException NoChannel(string text, Exception exception) =>
        new($"{Variable} is '{text}', which is no channel to the parent: {exception.Message}", exception);

    /// <summary>The two ends of a stream; neither goes to programs that are started.</summary>
    private static unsafe (SafeSocketHandle Here, SafeFileHandle There) MakePair()
    {
        var ends = stackalloc int[2];
        if (LibC.SocketPair(LibC.UnixFamily, LibC.StreamType | LibC.CloseOnExec, 0, ends) != 0)
            throw new ConnectionException(ConnectionError.ResourceShortage, $"Could not make a channel: {Marshal.GetPInvokeErrorMessage(Errno.LastNumber)}.");
        return (new SafeSocketHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    private static Process Start(ProcessStartInfo startInfo, int descriptor)
    {
        lock (s_starting)
        {
            startInfo.Environment[Variable] = descriptor.ToString(CultureInfo.InvariantCulture);
            Descriptors.SetInherited(descriptor, true);
            try
            {
                return Process.Start(startInfo)!;
            }
            finally
            {
                Descriptors.SetInherited(descriptor, false);
                startInfo.Environment.Remove(Variable);
            }
        }
    }
}
