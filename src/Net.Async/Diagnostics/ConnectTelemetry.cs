using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Net.Async;

/// <summary>The activities and instruments of connecting. Names follow OpenTelemetry where it has them.</summary>
internal static class ConnectTelemetry
{
    public static readonly ActivitySource Source = new(DiagnosticNames.ActivitySource);

    private static readonly Meter s_meter = new(DiagnosticNames.Meter);

    public static readonly Histogram<double> ConnectDuration = s_meter.CreateHistogram<double>("netasync.connect.duration", "s", "From the call to the connection or the error.");

    public static readonly Histogram<double> LookupDuration = s_meter.CreateHistogram<double>("netasync.connect.lookup.duration", "s", "One look-up of one family.");

    public static readonly Histogram<double> FirstAttempt = s_meter.CreateHistogram<double>("netasync.connect.first_attempt.delay", "s", "From the call to the first attempt.");

    public static readonly Histogram<int> Winner = s_meter.CreateHistogram<int>("netasync.connect.winner", "{attempt}", "Which attempt won, counted from 0.");

    public static readonly Counter<long> Attempts = s_meter.CreateCounter<long>("netasync.connect.attempts", "{attempt}", "Attempts that ended, by outcome.");

    public static readonly UpDownCounter<long> OpenAttempts = s_meter.CreateUpDownCounter<long>("netasync.connect.open_attempts", "{attempt}", "Attempts under way.");
}
