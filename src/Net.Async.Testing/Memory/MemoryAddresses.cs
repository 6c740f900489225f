using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Net.Async.Testing;

/// <summary>The addresses of one network in memory: those that are listened on, and free ones.</summary>
internal sealed class MemoryAddresses
{
    private const int FirstFreePort = 49152;

    private readonly ConcurrentDictionary<string, MemoryListener> _listeners = new();
    private int _lastPort = FirstFreePort - 1;

    /// <summary>Takes an address to listen on; port 0 stands for a free one.</summary>
    /// <exception cref="ConnectionException">It is taken.</exception>
    public MemoryListener Bind(EndPoint endPoint)
    {
        var listener = new MemoryListener(endPoint is IPEndPoint { Port: 0 } ip ? new IPEndPoint(ip.Address, FreePort()) : endPoint, Remove);
        var text = NetEndPoint.Format(listener.LocalEndPoint);
        return _listeners.TryAdd(text, listener) ? listener
            : throw new ConnectionException(ConnectionError.AddressInUse, $"Could not listen on {text}: the address is in use.", listener.LocalEndPoint);
    }

    /// <summary>The listener there, on the address itself or on every address.</summary>
    public MemoryListener? Find(EndPoint endPoint)
    {
        if (_listeners.TryGetValue(NetEndPoint.Format(endPoint), out var exact))
            return exact;
        if (endPoint is not IPEndPoint { Port: var port })
            return null;
        return _listeners.GetValueOrDefault(NetEndPoint.Format(new IPEndPoint(IPAddress.Any, port)))
            ?? _listeners.GetValueOrDefault(NetEndPoint.Format(NetEndPoint.Any(port)));
    }

    /// <summary>An address for a client of that one.</summary>
    public EndPoint ClientOf(EndPoint remote) => remote is IPEndPoint ip
        ? new IPEndPoint(ip.Address, FreePort())
        : new NamedPipeEndPoint(string.Create(CultureInfo.InvariantCulture, $"memory-client-{FreePort()}"));

    private void Remove(MemoryListener listener) => _listeners.TryRemove(new(NetEndPoint.Format(listener.LocalEndPoint), listener));

    // Every port is given once; after the last one they start over, as a kernel's do.
    private int FreePort() => FirstFreePort + (int)((uint)(Interlocked.Increment(ref _lastPort) - FirstFreePort) % (65536 - FirstFreePort));
}
