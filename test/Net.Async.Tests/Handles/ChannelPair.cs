using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>Two channels that talk to each other, in one process.</summary>
internal sealed class ChannelPair : IAsyncDisposable
{
    private ChannelPair(HandleChannel here, HandleChannel there) => (Here, There) = (here, there);

    public HandleChannel Here { get; }

    public HandleChannel There { get; }

    public static ChannelPair Create()
    {
        var (here, there) = Connections();
        return new(new HandleChannel(here), new HandleChannel(there));
    }

    /// <summary>One end a channel, the other a bare socket to say on it what no channel would.</summary>
    public static (HandleChannel Channel, Socket Raw) WithRaw()
    {
        var (here, raw) = AdoptionTests.Pair();
        return (new HandleChannel(Connection.FromHandle(here.SafeHandle)), raw);
    }

    public static (Connection Here, Connection There) Connections()
    {
        var (here, there) = AdoptionTests.Pair();
        return (Connection.FromHandle(here.SafeHandle), Connection.FromHandle(there.SafeHandle));
    }

    public async ValueTask DisposeAsync()
    {
        await Here.DisposeAsync();
        await There.DisposeAsync();
    }
}
