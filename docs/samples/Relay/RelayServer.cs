using System.Net;
using Net.Async;

namespace Relay;

/// <summary>Accepts clients that one policy lets in, connects to a target that another one lets out, and relays the two.</summary>
internal sealed class RelayServer : IAsyncDisposable
{
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(5);

    private readonly Server _server;
    private readonly Connector _connector;
    private readonly EndPoint _target;

    private RelayServer(Server server, Connector connector, EndPoint target) => (_server, _connector, _target) = (server, connector, target);

    public EndPoint LocalEndPoint => _server.LocalEndPoint;

    public static RelayServer Start(EndPoint listen, EndPoint target, ConnectionPolicy clients, ConnectionPolicy targets, CancellationToken stop = default) =>
        new(Server.Listen(listen, new() { Policy = clients, DenyWithReset = true, Stop = { Token = stop } }), new HappyEyeballsConnector(new() { Policy = targets }), target);

    /// <summary>Only these networks; all where there are none.</summary>
    public static bool TryAllow(string[] networks, out ConnectionPolicy policy)
    {
        var allowed = new BlockList();
        policy = networks.Length == 0 ? ConnectionPolicy.AllowAll : new RulePolicy(new RulePolicyOptions { AllowByDefault = false, Allow = allowed });
        foreach (var network in networks)
        {
            if (!IPNetwork.TryParse(network, out _))
                return false;
            allowed.AddCidr(network);
        }

        return true;
    }

    /// <summary>Serves until it is stopped. What is relayed by then has five seconds to end.</summary>
    public Task RunAsync() => _server.ServeAsync(HandleAsync);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // A target that is denied, or does not answer, throws: that resets the client, which must not read a clean end.
    private async Task HandleAsync(Connection client, CancellationToken stopping)
    {
        await using var target = await _connector.ConnectAsync(_target, stopping);
        var result = await client.RelayAsync(target, new() { IdleTimeout = s_idle }, CancellationToken.None);
        Console.WriteLine($"{(client.RemoteEndPoint as IPEndPoint)?.Address}: {result.BytesToOther} bytes there, {result.BytesFromOther} back, {result.Failure?.Error.ToString() ?? "in order"}");
    }
}
