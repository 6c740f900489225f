using System.Net;
using Net.Async.Load;

namespace Net.Async.Benchmarks;

/// <summary>What every echo benchmark shares: one server of the peer at hand on a free port, and its end.</summary>
public abstract class EchoServerUnderTest
{
    private EchoPeer? _peer;

    /// <summary>Stops the server.</summary>
    protected async Task StopServerAsync()
    {
        if (_peer is not null)
            await _peer.DisposeAsync();
    }

    /// <summary>Starts the server; returns where it listens.</summary>
    protected async Task<EndPoint> StartServerAsync(string peer)
    {
        _peer = await EchoPeer.StartAsync(peer, new IPEndPoint(IPAddress.Loopback, 0));
        return _peer.EndPoint;
    }
}
