namespace Net.Async;

/// <summary>The names under which the library can be watched.</summary>
public static class DiagnosticNames
{
    /// <summary>The <see cref="System.Diagnostics.Tracing.EventSource"/>.</summary>
    public const string EventSource = "Net-Async";
}
