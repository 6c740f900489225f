namespace Net.Async;

/// <summary>Why a connection was aborted that was still open at the deadline of its server's stop.</summary>
internal sealed class StopDeadlineException() : OperationCanceledException("The server's stop reached its deadline.");
