using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Some descriptors kept for the day when there are no others: given up, they make room to turn a waiting client away, and to live on.</summary>
/// <remarks>
/// Without them clients sit in the kernel's queue and time out, and a level-triggered loop spins on an accept that cannot succeed.
/// Several, since the runtime needs descriptors as well: it ends the process when it cannot start a thread. One reserve for all listeners of the process.
/// </remarks>
internal static class SpareDescriptors
{
    private const int Count = 16;

    private static readonly Lock s_lock = new();
    private static readonly List<SafeFileHandle> s_spare = [];
    private static int s_listeners;
    private static volatile bool s_givenUp;

    /// <summary>Given up, and not taken again yet: whoever opens a descriptor now opens one of these.</summary>
    public static bool AreGivenUp => s_givenUp;

    /// <summary>A listener has come.</summary>
    public static void Enter()
    {
        lock (s_lock)
        {
            if (s_listeners++ == 0)
                StartTimers();
            // One that comes in a shortage takes nothing of what was given up.
            if (!Fill() && s_givenUp)
                Release(givenUp: true);
        }
    }

    /// <summary>A listener has gone; the last one takes the reserve with it.</summary>
    public static void Leave()
    {
        lock (s_lock)
        {
            if (--s_listeners == 0)
                Release(givenUp: false);
        }
    }

    /// <summary>Gives the reserve up, and one waiting client with it. Returns whether there was one.</summary>
    public static bool ShedOne(Socket listener)
    {
        lock (s_lock)
        {
            Release(givenUp: true);
            return AcceptAndClose(listener);
        }
    }

    /// <summary>Takes the reserve again; false, and nothing is taken, while there is no room for all of it.</summary>
    public static bool TryRecover()
    {
        lock (s_lock)
        {
            if (s_listeners == 0 || Fill())
                return true;
            Release(givenUp: true);
            return false;
        }
    }

    // The runtime's timer thread takes descriptors to start, and the first pause of a shortage would be too late for it.
    private static void StartTimers()
    {
        try
        {
            _ = Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // No thread to be had now: listening needs none.
        }
    }

    private static bool Fill()
    {
        try
        {
            while (!OperatingSystem.IsWindows() && s_spare.Count < Count)
                s_spare.Add(File.OpenHandle("/dev/null"));
            s_givenUp = false;
            return true;
        }
        catch (IOException)
        {
            // Out of descriptors already.
            return false;
        }
    }

    private static void Release(bool givenUp)
    {
        s_givenUp = givenUp;
        s_spare.ForEach(static handle => handle.Dispose());
        s_spare.Clear();
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
}
