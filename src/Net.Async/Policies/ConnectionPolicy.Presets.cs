namespace Net.Async;

public abstract partial class ConnectionPolicy
{
    private static readonly Lazy<ConnectionPolicy> s_publicInternet = new(() => new RulePolicy(PublicInternetRules.Create()));

    /// <summary>Allows only addresses of the public internet: for requests to addresses that others have chosen.</summary>
    /// <remarks>
    /// Loopback, private, link-local, shared, multicast, documentation and reserved addresses and the services of clouds are denied, all IPv6 outside 2000::/3, and whatever leads to
    /// one of these through an IPv4 address inside an IPv6 one. Unix sockets and pipes are denied. One denied address denies its name.
    /// <see cref="PublicInternetRules.Create"/> gives the rules for changes of your own.
    /// </remarks>
    public static ConnectionPolicy PublicInternet => s_publicInternet.Value;

    /// <summary>The same policy, which only reports: everything is allowed, and each denial that it would have made is reported. Use it to try rules on real traffic.</summary>
    /// <param name="onDenied">Gets every candidate that the policy denies, on the thread that connects or accepts (an address that connects twice: before it is dialled, and as the connected peer); null leaves it to the event source (<see cref="DiagnosticNames.EventSource"/>).</param>
    public ConnectionPolicy ReportOnly(Action<ConnectionCandidate, PolicyDecision>? onDenied = null) => new ReportingPolicy(this, onDenied);

    private sealed class ReportingPolicy(ConnectionPolicy policy, Action<ConnectionCandidate, PolicyDecision>? onDenied) : ConnectionPolicy
    {
        internal override bool AllowsAll => policy.AllowsAll;

        internal override bool UnwrapsIPv4 => policy.UnwrapsIPv4;

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
        {
            _ = candidate.Required;
            var decision = policy.Judge(candidate);
            if (decision.IsAllowed)
                return decision;
            Report(candidate, decision);
            return PolicyDecision.Allow($"report-only mode ({decision})", decision.Preset);
        }

        private void Report(ConnectionCandidate candidate, PolicyDecision decision)
        {
            if (onDenied is null)
            {
                NetAsyncEventSource.Log.WouldBeDenied(NetEndPoint.Format(candidate.EndPoint), decision.ToString());
                return;
            }

            try
            {
                onDenied(candidate, decision);
            }
            catch (Exception exception)
            {
                // Who only looks on must not decide by a mistake.
                NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            }
        }
    }
}
