using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Where a policy bites: the literal end point that would be connected to, and the IPv4 addresses inside it.</summary>
internal sealed class PolicyGate(ConnectionPolicy policy, string? host, Nat64 nat64)
{
    public static ConnectionException Denial(EndPoint endPoint, PolicyDecision decision) =>
        new(ConnectionError.Denied, $"{NetEndPoint.Format(endPoint)} is {decision}.", endPoint);

    public bool IsOpen => ReferenceEquals(policy, ConnectionPolicy.AllowAll);

    /// <summary>Asked once: a race is not run by two rules.</summary>
    public bool DeniesMixedAnswers { get; } = AskMixedAnswers(policy);

    /// <summary>The verdict on an end point. An IPv6 address that leads to an IPv4 one is judged as both: either can deny.</summary>
    public PolicyDecision Judge(EndPoint endPoint)
    {
        if (IsOpen)
            return PolicyDecision.Allow();
        var decision = JudgeOne(endPoint);
        if (!decision.IsAllowed || policy.UnwrapsIPv4 || endPoint is not IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } ip)
            return decision;
        foreach (var inner in nat64.BehindAny(ip.Address) is { } translated ? new ReadOnlySpan<IPAddress>(in translated) : EmbeddedIPv4.In(ip.Address))
        {
            if (JudgeOne(new IPEndPoint(inner, ip.Port)) is { IsAllowed: false } denied)
                return denied;
        }

        return decision;
    }

    /// <summary>Once more, of what is connected: the rules may have changed since, and a socket option may have led elsewhere.</summary>
    /// <exception cref="ConnectionException">It is denied now.</exception>
    public void CheckConnected(EndPoint asked, EndPoint? connected)
    {
        if (IsOpen)
            return;
        var decision = Judge(asked is IPEndPoint && connected is not null ? connected : asked);
        if (!decision.IsAllowed)
            throw Denial(asked, decision);
    }

    private PolicyDecision JudgeOne(EndPoint endPoint) => policy.Judge(new ConnectionCandidate(endPoint, ConnectionDirection.Outbound, host));

    private static bool AskMixedAnswers(ConnectionPolicy policy)
    {
        try
        {
            return policy.MixedAnswers == MixedAnswers.Fail;
        }
        catch (Exception exception)
        {
            // Fail closed, as for a verdict.
            NetAsyncEventSource.Log.PolicyFailed(exception.ToString());
            return true;
        }
    }
}
