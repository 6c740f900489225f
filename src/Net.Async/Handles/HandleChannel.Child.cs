using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>A channel to a program that this one starts.</summary>
public sealed partial class HandleChannel
{
    private const string Variable = "NET_ASYNC_HANDLE_CHANNEL";

    // Two that start at once would each give the other's end to its child as well: that channel would then outlive its process.
    private static readonly Lock s_starting = new();

    /// <summary>Starts a program with a channel to it. The program finds it with <see cref="FromParent"/>; when either process ends, the other sees the channel's end.</summary>
    /// <remarks>A program that other code starts at the very same moment may get the channel's end too, and keep it open.</remarks>
    /// <param name="startInfo">What to start, without a shell.</param>
    /// <param name="child">The process, yours to wait for and dispose.</param>
    /// <exception cref="ArgumentException"><see cref="ProcessStartInfo.UseShellExecute"/> is on.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    /// <exception cref="ConnectionException">Descriptors have run out.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not 64-bit Linux.</exception>
    public static HandleChannel StartChild(ProcessStartInfo startInfo, out Process child)
    {
        ArgumentNullException.ThrowIfNull(startInfo);
        ThrowIfUnsupported();
        if (startInfo.UseShellExecute)
            throw new ArgumentException("A program that the shell starts gets no handles: UseShellExecute must be false.", nameof(startInfo));
        var (here, there) = MakePair();
        using (there)
        {
            try
            {
                child = Start(startInfo, (int)there.DangerousGetHandle());
                return new HandleChannel(ConnectionAdoption.Make(new Socket(here), ConnectionOptions.Default));
            }
            catch
            {
                here.Dispose();
                throw;
            }
        }
    }

    /// <summary>The channel to the process that has started this one with <see cref="StartChild"/>; null when there is none. Once.</summary>
    /// <exception cref="InvalidOperationException">The environment names a handle that is none, or that somebody has closed or taken already.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not 64-bit Linux.</exception>
    public static HandleChannel? FromParent()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text)
            return null;
        ThrowIfUnsupported();
        // What this process starts is not the parent's child.
        Environment.SetEnvironmentVariable(Variable, null);
        try
        {
            return new HandleChannel(FromText(text));
        }
        catch (Exception exception) when (exception is ArgumentException or ConnectionException)
        {
            throw new InvalidOperationException($"{Variable} is '{text}', which is no channel to the parent: {exception.Message}", exception);
        }
    }

    private static Connection FromText(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor)
        ? Connection.FromHandle(descriptor)
        : throw new ArgumentException("A descriptor's number is expected.");

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
