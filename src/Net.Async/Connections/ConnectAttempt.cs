using System.Net;

namespace Net.Async;

/// <summary>One attempt to connect to one address.</summary>
/// <param name="EndPoint">The literal address, path or pipe.</param>
/// <param name="Started">When it started, counted from the start of the connect.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Error">Why it failed; null for the one that connected.</param>
public sealed record ConnectAttempt(EndPoint EndPoint, TimeSpan Started, TimeSpan Duration, Exception? Error);
