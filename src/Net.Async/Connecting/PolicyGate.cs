using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>What a policy is asked about: the literal end point that would be connected to, and the addresses that it leads to.</summary>
internal sealed class PolicyGate(ConnectionPolicy policy, string? host, Nat64? nat64)
{
    private readonly IReadOnlyList<Nat64Prefix> _known = nat64?.Known ?? [];

    public static PolicyDenialException Denial(EndPoint endPoint, PolicyDecision decision) => new(endPoint, decision);

    public bool IsOpen => ReferenceEquals(policy, ConnectionPolicy.AllowAll);

    /// <summary>Asked once: a race is not run by two rules.</summary>
    public bool DeniesWholeAnswer { get; } = DeniesWholeAnswerOf(policy);

    /// <summary>The verdict on an end point, and on every address that a connect to it may reach: each can deny.</summary>
    /// <remarks>A <see cref="RulePolicy"/> looks into addresses itself, but knows no translator of the connector's.</remarks>
    public PolicyDecision Judge(EndPoint endPoint)
    {
        if (IsOpen)
            return PolicyDecision.Allow();
        if (endPoint is not IPEndPoint ip)
            return JudgeOne(endPoint);
        var address = ip.Address.Unscoped();
        var decision = JudgeOne(ReferenceEquals(address, ip.Address) ? ip : new IPEndPoint(address, ip.Port));
        if (!decision.IsAllowed)
            return decision;
        var reached = ReachedAddresses.Of(address, nat64?.Known ?? [], everyForm: !policy.UnwrapsIPv4);
        for (var i = 0; i < reached.Count; i++)
        {
            if (JudgeOne(new IPEndPoint(reached[i], ip.Port)) is { IsAllowed: false } denied)
                return denied;
        }

        return decision;
    }

    /// <summary>Before anything is made: the end point that was asked for.</summary>
    /// <exception cref="ConnectionException">It is denied; the text names no rule, since that would answer a peer that probes.</exception>
    public void Admit(EndPoint endPoint)
    {
        if (!Judge(endPoint).IsAllowed)
            throw ConnectFailure.Denied(endPoint);
    }

    /// <summary>Right before the dial: a translator that was found since the address was judged may lead to another. For a literal it is looked for here; a name's look-ups have done so.</summary>
    /// <exception cref="PolicyDenialException">It is denied now.</exception>
    public async ValueTask CheckBeforeDialAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        if (IsOpen || nat64 is null || endPoint is not IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 })
            return;
        if (host is null && nat64.IsNeeded)
            await nat64.FindAsync(cancellationToken).ConfigureAwait(false);
        if (!ReferenceEquals(nat64.Known, _known) && Judge(endPoint) is { IsAllowed: false } denied)
            throw Denial(endPoint, denied);
    }

    /// <summary>Holds the file of a Unix socket that was allowed for its directory: what is judged is what is dialled. Null where the path is dialled as it is.</summary>
    /// <exception cref="PolicyDenialException">It is denied now.</exception>
    /// <exception cref="ConnectionException">It is missing.</exception>
    public SafeFileHandle? Hold(EndPoint endPoint)
    {
        if (IsOpen || endPoint is not UnixDomainSocketEndPoint unix)
            return null;
        var decision = Judge(endPoint);
        if (decision is { IsAllowed: true, Directories: null } || !OperatingSystem.IsLinux())
            return decision.IsAllowed ? null : throw Denial(endPoint, decision);
        var isMissing = false;
        return decision.Directories?.Hold(unix, out isMissing)
            ?? throw (isMissing ? SocketErrors.Failure("connect to", endPoint, new SocketException((int)SocketError.AddressNotAvailable)) : Denial(endPoint, decision.IsAllowed ? PolicyDecision.Deny("the rule for local sockets") : decision));
    }

    /// <summary>The name under which a held file is dialled.</summary>
    public static EndPoint? DialName(SafeFileHandle? held) => held is null ? null : new UnixDomainSocketEndPoint(HeldPath.DialName(held));

    /// <summary>Once more, of what is connected: the rules may have changed since, and a socket option may have led elsewhere.</summary>
    /// <exception cref="PolicyDenialException">It is denied now.</exception>
    public void CheckConnected(EndPoint asked, EndPoint? connected)
    {
        if (IsOpen)
            return;
        var decision = Judge(asked is IPEndPoint && connected is not null ? connected.Fold() : asked);
        if (!decision.IsAllowed)
            throw Denial(asked, decision);
    }

    private PolicyDecision JudgeOne(EndPoint endPoint) => policy.Judge(new ConnectionCandidate(endPoint, ConnectionDirection.Outbound, host));

    private static bool DeniesWholeAnswerOf(ConnectionPolicy policy)
    {
        try
        {
            return policy.DeniedAnswers == DeniedAnswerMode.Fail;
        }
        catch (Exception exception)
        {
            // Fail closed, as for a verdict.
            NetAsyncEventSource.Log.PolicyFailed(exception.ToString());
            return true;
        }
    }
}
