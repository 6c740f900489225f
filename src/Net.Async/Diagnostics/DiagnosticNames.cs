namespace Net.Async;

/// <summary>The names under which the library can be watched.</summary>
public static class DiagnosticNames
{
    /// <summary>The <see cref="System.Diagnostics.Tracing.EventSource"/>.</summary>
    public const string EventSource = "Net-Async";

    /// <summary>The <see cref="System.Diagnostics.ActivitySource"/>: a connect, and each of its attempts.</summary>
    public const string ActivitySource = "Net.Async";

    /// <summary>The <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string Meter = "Net.Async";
}
