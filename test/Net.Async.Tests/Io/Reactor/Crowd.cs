using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io.Reactor;

/// <summary>Clients whose handlers misbehave once they have said something. Known by their ports.</summary>
internal sealed class Crowd : IDisposable
{
    private static readonly ConcurrentDictionary<EndPoint, bool> s_members = new();

    private readonly List<Socket> _sockets = [];

    public Crowd(EngineTestServer house, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            // Before the connect: the handler asks at once.
            s_members[socket.LocalEndPoint!] = true;
            socket.Connect(house.EndPoint);
            _sockets.Add(socket);
        }
    }

    public static bool Has(Connection connection) => s_members.ContainsKey(connection.RemoteEndPoint!);

    /// <summary>All speak at once.</summary>
    public Task ShoutAsync() => Task.Run(() => _sockets.ForEach(static socket => socket.Send([1])));

    /// <summary>All send as fast as they can, each on a thread of its own.</summary>
    public Task FloodAsync(CancellationToken stop) => Task.WhenAll(_sockets.Select(socket => Task.Factory.StartNew(() =>
    {
        var bytes = new byte[65536];
        while (!stop.IsCancellationRequested)
            socket.Send(bytes);
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            s_members.TryRemove(socket.LocalEndPoint!, out _);
            socket.Dispose();
        }
    }
}
