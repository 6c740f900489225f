using System.Net;

namespace Net.Async;

/// <summary>What a client holds of its server's limits, to be given back at its end.</summary>
/// <param name="Counted">The address that the client is counted for in the metrics; null while it is not counted.</param>
/// <param name="Limited">The address that counts against the limits of addresses and networks; null when there are none.</param>
internal readonly record struct Place(ServerAddress? Counted, IPAddress? Limited);
