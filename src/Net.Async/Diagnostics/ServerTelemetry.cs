using System.Diagnostics.Metrics;

namespace Net.Async;

/// <summary>The instruments of serving. Tags follow OpenTelemetry and are made once for each address.</summary>
internal static class ServerTelemetry
{
    private static readonly Meter s_meter = new(DiagnosticNames.Meter);

    public static readonly Counter<long> Accepted = s_meter.CreateCounter<long>("netasync.server.accepted", "{connection}", "Connections that were accepted and let in.");

    public static readonly UpDownCounter<long> Active = s_meter.CreateUpDownCounter<long>("netasync.server.active_connections", "{connection}", "Accepted connections that have not ended.");

    public static readonly Counter<long> Denied = s_meter.CreateCounter<long>("netasync.server.denied", "{connection}", "Peers that a policy has denied.");

    public static readonly Counter<long> Dropped = s_meter.CreateCounter<long>("netasync.server.dropped", "{connection}", "Clients turned away because a limit of the server was reached.");

    public static readonly Counter<long> AcceptErrors = s_meter.CreateCounter<long>("netasync.server.accept.errors", "{error}", "Accepts that failed.");

    public static readonly Counter<long> UpgradeErrors = s_meter.CreateCounter<long>("netasync.server.upgrade.errors", "{error}", "Upgrades of clients that failed.");

    /// <summary>One connection more, or one less.</summary>
    public static void CountActive(int change, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!Active.Enabled)
            return;
        try
        {
            Active.Add(change, tags);
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }
}
