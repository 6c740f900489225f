using System.Net;

namespace Net.Async;

/// <summary>Where a policy bites: the literal end point that would be connected to, and what a translator's address stands for.</summary>
internal sealed class PolicyGate(ConnectionPolicy policy, string? host)
{
    public static ConnectionException Denial(EndPoint endPoint, PolicyDecision decision) =>
        new(ConnectionError.Denied, $"{NetEndPoint.Format(endPoint)} is {decision}.", endPoint);

    public bool IsOpen => ReferenceEquals(policy, ConnectionPolicy.AllowAll);

    public bool DeniesMixedAnswers => policy.MixedAnswers == MixedAnswers.Fail;

    /// <summary>The verdict on an end point, and on the IPv4 one behind it where there is one: either can deny.</summary>
    public PolicyDecision Judge(EndPoint endPoint, EndPoint? behind = null)
    {
        if (IsOpen)
            return PolicyDecision.Allow();
        var decision = policy.Judge(new ConnectionCandidate(endPoint, ConnectionDirection.Outbound, host));
        return decision.IsAllowed && behind is not null && !behind.Equals(endPoint)
            ? policy.Judge(new ConnectionCandidate(behind, ConnectionDirection.Outbound, host))
            : decision;
    }

    /// <summary>Once more, of what is connected: the rules may have changed since, and a socket option or a proxy of the network's may have led elsewhere.</summary>
    /// <exception cref="ConnectionException">It is denied now.</exception>
    public void CheckConnected(EndPoint asked, EndPoint? connected, EndPoint? behind)
    {
        if (IsOpen)
            return;
        var decision = connected is null || asked is not IPEndPoint ? Judge(asked, behind) : Judge(connected, connected.Equals(asked) ? behind : null);
        if (!decision.IsAllowed)
            throw Denial(asked, decision);
    }
}
