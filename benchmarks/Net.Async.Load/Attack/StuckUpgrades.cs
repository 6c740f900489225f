using System.Net;

namespace Net.Async.Load;

/// <summary>Connections that send nothing, as one whose handshake never begins; one that the server ends is followed by the next, so many at a time.</summary>
internal sealed class StuckUpgrades(EndPoint server, int count, int atOnce) : Disturbance("stuck-upgrades", server, count, atOnce);
