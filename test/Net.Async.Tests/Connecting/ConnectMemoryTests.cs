using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>What a connector learns from one connect for the next.</summary>
public class ConnectMemoryTests : LeakCheck
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConnectEvents _events = new();
    private long _epoch;

    [Fact]
    public async Task RememberOutcomes_SilentFamily_GoesSecondUntilItsTimeIsOver()
    {
        await using var server = Server.Listen(0);
        using var silent = new SilentListener(IPAddress.IPv6Loopback, server.Port());
        var connector = Connector(remember: true);

        Assert.Equal([AddressFamily.InterNetworkV6, AddressFamily.InterNetwork], await ConnectAsync(connector, server, advance: true));
        Assert.Equal([AddressFamily.InterNetwork], await ConnectAsync(connector, server, advance: false));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal([AddressFamily.InterNetworkV6, AddressFamily.InterNetwork], await ConnectAsync(connector, server, advance: true));
        // Another network: nothing of the old one holds.
        _epoch++;
        Assert.Equal([AddressFamily.InterNetworkV6, AddressFamily.InterNetwork], await ConnectAsync(connector, server, advance: true));
    }

    [Fact]
    public async Task RememberOutcomes_NetworkChangesDuringTheRace_LearnsNothing()
    {
        await using var server = Server.Listen(0);
        using var silent = new SilentListener(IPAddress.IPv6Loopback, server.Port());
        var connector = Connector(remember: true);
        var connecting = connector.ConnectAsync("host.test", server.Port());
        await Eventually.IsAsync(() => _events.Started.Count > 0, "no attempt");
        _epoch++;
        _time.Advance(new HappyEyeballsOptions().AttemptDelay);
        await using (await connecting.Soon())
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal([AddressFamily.InterNetworkV6, AddressFamily.InterNetwork], await ConnectAsync(connector, server, advance: true));
    }

    [Fact]
    public async Task RememberOutcomes_Off_EveryConnectBeginsAnew()
    {
        await using var server = Server.Listen(0);
        using var silent = new SilentListener(IPAddress.IPv6Loopback, server.Port());
        var connector = Connector(remember: false);
        for (var i = 0; i < 2; i++)
            Assert.Equal([AddressFamily.InterNetworkV6, AddressFamily.InterNetwork], await ConnectAsync(connector, server, advance: true));
    }

    [Fact]
    public async Task AdaptiveDelay_KnownRoundTrip_StartsTheNextSooner()
    {
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(Options(remember: false) with { Memory = Options(remember: false).Memory with { AdaptiveDelay = true } });
        await using (var v6 = Server.Listen(new IPEndPoint(IPAddress.IPv6Loopback, server.Port())))
        {
            await using var first = await connector.ConnectAsync("host.test", server.Port()).Soon();
            await (await v6.AcceptAsync().Soon()).DisposeAsync();
        }

        using var silent = new SilentListener(IPAddress.IPv6Loopback, server.Port());
        var connecting = connector.ConnectAsync("host.test", server.Port());
        await Eventually.IsAsync(() => _events.Started.Count == 2, "no attempt");
        _time.Advance(RoundTrips.Least - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, _events.Started.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await using var client = await connecting.Soon();
        Assert.Equal(RoundTrips.Least, client.Attempts[1].StartedAfter);
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    private async Task<IEnumerable<AddressFamily>> ConnectAsync(HappyEyeballsConnector connector, Server server, bool advance)
    {
        var before = _events.Started.Count;
        var connecting = connector.ConnectAsync("host.test", server.Port());
        await Eventually.IsAsync(() => _events.Started.Count > before, "no attempt");
        if (advance)
            _time.Advance(new HappyEyeballsOptions().AttemptDelay);
        await using var client = await connecting.Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        return client.Attempts.Select(attempt => attempt.EndPoint.AddressFamily);
    }

    private HappyEyeballsConnector Connector(bool remember) => new(Options(remember));

    private HappyEyeballsOptions Options(bool remember) => new()
    {
        Resolver = new ScriptedResolver().Add("host.test", IPAddress.IPv6Loopback, IPAddress.Loopback),
        TimeProvider = _time,
        Progress = _events,
        Memory = { RememberOutcomes = remember },
        NetworkEpoch = () => _epoch,
        // As if both were out in the world: the order is that of native addresses.
        SourceOf = address => address,
    };
}
