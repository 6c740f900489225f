using System.Net;

namespace Net.Async;

/// <summary>A denial with its rule, for progress and telemetry. It ends an attempt and is not shown to callers: the text would answer those who probe.</summary>
internal sealed class PolicyDenialException(EndPoint endPoint, PolicyDecision decision)
    : ConnectionException(ConnectionError.Denied, $"{NetEndPoint.Format(endPoint)} is {decision}.", endPoint);
