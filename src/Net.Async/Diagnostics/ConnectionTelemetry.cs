using System.Diagnostics.Metrics;

namespace Net.Async;

/// <summary>The instruments of connections, accepted and connected ones alike.</summary>
internal static class ConnectionTelemetry
{
    private static readonly Meter s_meter = new(DiagnosticNames.Meter);

    public static readonly Counter<long> Received = s_meter.CreateCounter<long>("netasync.connection.received", "By", "Bytes received.");

    public static readonly Counter<long> Sent = s_meter.CreateCounter<long>("netasync.connection.sent", "By", "Bytes sent.");

    public static readonly Counter<long> Ended = s_meter.CreateCounter<long>("netasync.connection.ended", "{connection}", "Connections that ended, by error.");

    public static readonly Counter<long> Limits = s_meter.CreateCounter<long>("netasync.connection.limits", "{connection}", "Connections that a limit ended.");

    /// <summary>Counts a connection that a limit ends.</summary>
    public static void CountLimit(Enum limit)
    {
        if (Limits.Enabled)
            Limits.Count(1, new KeyValuePair<string, object?>("limit", limit.ToString()));
    }

    /// <summary>Counts an end; <c>error.type</c> is OpenTelemetry's name, and left out for a clean one.</summary>
    public static void CountEnd(Enum? error)
    {
        if (!Ended.Enabled)
            return;
        if (error is null)
            Ended.Count(1);
        else
            Ended.Count(1, new KeyValuePair<string, object?>("error.type", error.ToString()));
    }
}
