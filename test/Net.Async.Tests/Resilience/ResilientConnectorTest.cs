using System.Net;

namespace Net.Async.Tests.Resilience;

/// <summary>Base of tests with scripted attempts and a clock that the test moves.</summary>
public abstract class ResilientConnectorTest : LeakCheck
{
    protected static readonly EndPoint Target = new DnsEndPoint("host.test", 80);

    private protected CountedTime Time { get; } = new();

    private protected Told Told { get; } = new();

    /// <summary>Without jitter, so that waits are 200, 400, 800 ms.</summary>
    private protected ResilientConnectorOptions Options => new() { Jitter = false, TimeProvider = Time, Retrying = Told, Circuit = null };

    private protected async Task<ConnectionException> FailsAsync(ScriptedConnector scripted, ResilientConnectorOptions options) =>
        await Assert.ThrowsAnyAsync<ConnectionException>(() => new ResilientConnector(scripted, options).ConnectAsync(Target).Soon());

    private protected static async Task CloseAsync(ScriptedConnector scripted)
    {
        foreach (var connection in scripted.Made)
            await connection.DisposeAsync();
    }
}
