using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The connects of this process that wait for room in one Unix listener's queue: the first one tries, and the others follow in their order.</summary>
/// <remarks>Without it the newest one, whose pauses are the shortest, would go first each time. There are as many lines as addresses waited for.</remarks>
internal sealed class UnixConnectLine : IDisposable
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<SocketAddress, UnixConnectLine> s_lines = [];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SocketAddress _address;
    private int _count;

    private UnixConnectLine(SocketAddress address) => _address = address;

    /// <summary>Whether connects to the address wait: one that comes now must not overtake them.</summary>
    public static bool Exists(SocketAddress address)
    {
        lock (s_lock)
            return s_lines.ContainsKey(address);
    }

    /// <summary>Takes a place; each has to be left again.</summary>
    public static UnixConnectLine Join(SocketAddress address)
    {
        lock (s_lock)
        {
            if (!s_lines.TryGetValue(address, out var line))
                s_lines.Add(address, line = new UnixConnectLine(address));
            line._count++;
            return line;
        }
    }

    /// <summary>Waits until it is this one's turn. The semaphore serves those who wait in the order in which they came.</summary>
    public Task WaitForTurnAsync(CancellationToken cancellationToken) => _turn.WaitAsync(cancellationToken);

    public void EndTurn() => _turn.Release();

    /// <summary>Gives the place back; the last one out ends the line.</summary>
    public void Leave()
    {
        lock (s_lock)
        {
            if (--_count > 0)
                return;
            s_lines.Remove(_address);
        }

        Dispose();
    }

    public void Dispose() => _turn.Dispose();
}
