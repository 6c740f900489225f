using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>One descriptor kept for the day when there are none: given up, it makes room to accept a client and close it at once.</summary>
/// <remarks>Without it clients sit in the kernel's queue and time out, and a level-triggered loop spins on an accept that can never succeed.</remarks>
internal sealed class SpareDescriptor
{
    private readonly Lock _lock = new();
    private SafeFileHandle? _spare = Open();
    private bool _closed;

    public bool ShedOne(Socket listener)
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            _spare ??= Open();
            if (_spare is null)
                return false;
            _spare.Dispose();
            var shed = AcceptAndClose(listener);
            _spare = Open();
            return shed;
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _spare?.Dispose();
            _spare = null;
        }
    }

    private static bool AcceptAndClose(Socket listener)
    {
        try
        {
            // Without the poll a synchronous accept could wait for a client that has gone meanwhile.
            if (!listener.Poll(0, SelectMode.SelectRead))
                return false;
            listener.Accept().Close(0);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Another thread took the descriptor first, or the listener closed: the accept loop decides what follows.
            return false;
        }
    }

    private static SafeFileHandle? Open()
    {
        if (OperatingSystem.IsWindows())
            return null;
        try
        {
            return File.OpenHandle("/dev/null");
        }
        catch (IOException)
        {
            // Out of descriptors already: the next shortage tries again.
            return null;
        }
    }
}
