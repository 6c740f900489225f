using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Namespaces;

/// <summary>What a scenario's action has opened.</summary>
internal abstract class Reached : IAsyncDisposable
{
    public virtual IReadOnlyList<ConnectAttempt> Attempts => [];

    /// <summary>What the service says first; null when it says nothing.</summary>
    public abstract Task<string?> GreetingAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>Does a scenario's action.</summary>
    public static Task<Reached> ReachAsync(Scenario scenario, CancellationToken cancellationToken) => scenario.Action switch
    {
        ScenarioAction.Connect => ConnectAsync(scenario, cancellationToken),
        ScenarioAction.Tls => EstablishTlsAsync(scenario, cancellationToken),
        _ => GetAsync(scenario, cancellationToken),
    };

    private static async Task<Reached> ConnectAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        var connection = await Connector(scenario).ConnectAsync(scenario.Host, scenario.Port, cancellationToken);
        return new OverConnection(connection, scenario.Port == ServicePort.Echo ? connection.Input : null);
    }

    private static Task<Reached> EstablishTlsAsync(Scenario scenario, CancellationToken cancellationToken) =>
        Connector(scenario).ConnectAsync<Reached>(new DnsEndPoint(scenario.Host, scenario.Port), async (connection, token) =>
        {
            var tls = new SslStream(connection.AsStream(), leaveInnerStreamOpen: false, TestCertificate.IsOurs);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = scenario.Host }, token);
            return new OverConnection(connection, PipeReader.Create(tls));
        }, cancellationToken);

    private static async Task<Reached> GetAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseProxy = false };
        if (scenario.Action == ScenarioAction.Http)
            handler.UseConnector(Connector(scenario));
        var client = new HttpClient(handler);
        try
        {
            return new OverHttp(client, await client.GetStringAsync(new Uri($"http://{scenario.Host}:{scenario.Port}/"), cancellationToken));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static HappyEyeballsConnector Connector(Scenario scenario) => new(scenario.Options.ToOptions());

    private sealed class OverConnection(Connection connection, PipeReader? input) : Reached
    {
        public override IReadOnlyList<ConnectAttempt> Attempts => connection.Attempts;

        public override async Task<string?> GreetingAsync()
        {
            if (input is null)
                return null;
            var result = await input.ReadAsync();
            while (result.Buffer.PositionOf((byte)'\n') is null && !result.IsCompleted)
            {
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                result = await input.ReadAsync();
            }

            var greeting = Encoding.ASCII.GetString(result.Buffer).TrimEnd('\n');
            input.AdvanceTo(result.Buffer.End);
            return greeting;
        }

        public override ValueTask DisposeAsync() => connection.DisposeAsync();
    }

    private sealed class OverHttp(HttpClient client, string body) : Reached
    {
        public override Task<string?> GreetingAsync() => Task.FromResult<string?>(body.TrimEnd('\n'));

        public override ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
