using System.Diagnostics.Metrics;

namespace Net.Async;

/// <summary>The instruments of serving.</summary>
internal static class ServerTelemetry
{
    private static readonly Meter s_meter = new(DiagnosticNames.Meter);

    public static readonly Counter<long> Denied = s_meter.CreateCounter<long>("netasync.server.denied", "{connection}", "Peers that a policy has denied.");
}
