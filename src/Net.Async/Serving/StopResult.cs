namespace Net.Async;

/// <summary>What a stop found: every connection that was live when it began either finished or was aborted at the deadline.</summary>
/// <param name="Finished">Connections that ended by themselves in time.</param>
/// <param name="Aborted">Connections that the stop aborted.</param>
public sealed record StopResult(int Finished, int Aborted);
