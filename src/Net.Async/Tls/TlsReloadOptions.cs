namespace Net.Async;

/// <summary>How a certificate is loaded again. Every value is checked where it is set.</summary>
public sealed record TlsReloadOptions
{
    /// <summary>How often files may be read again, to see whether they have changed. Only handshakes bring that about.</summary>
    /// <value>Default: 10 s; 1 ms to one day.</value>
    public TimeSpan CheckInterval { get; set => field = TimeBounds.Check(value, nameof(CheckInterval)); } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the exception of every reload that failed. It must not throw; an exception is reported to the event source.</summary>
    /// <value>Default: null. The event source (<see cref="DiagnosticNames.EventSource"/>) has it in any case.</value>
    public Action<Exception>? OnError { get; set; }

    /// <summary>The clock of <see cref="CheckInterval"/>.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set => field = Required.Value(value); } = TimeProvider.System;
}
