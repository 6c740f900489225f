namespace Net.Async;

/// <summary>What a stop found: every connection that was open when it began either finished or was aborted at the time limit.</summary>
public sealed record StopResult
{
    /// <summary>Connections that ended by themselves in time.</summary>
    public int Finished { get; init; }

    /// <summary>Connections that the stop aborted.</summary>
    public int Aborted { get; init; }
}
