namespace Net.Async;

/// <summary>Decides which connections are allowed, by the literal address of every attempt and of every accepted peer.</summary>
/// <remarks>Derive from it for rules of your own. It is asked from many threads at once, and must be quick: a connect or an accept waits for it.</remarks>
public abstract partial class ConnectionPolicy
{
    /// <summary>Allows every connection.</summary>
    public static ConnectionPolicy AllowAll { get; } = new AllowAllPolicy();

    /// <summary>What happens to a name when only some of its addresses are allowed.</summary>
    /// <value>Default: <see cref="DeniedAnswerMode.Filter"/>.</value>
    public virtual DeniedAnswerMode DeniedAnswers => DeniedAnswerMode.Filter;

    /// <summary>Judges one candidate.</summary>
    /// <param name="candidate">Where to, or from where.</param>
    /// <returns>The verdict. An exception counts as a denial. A policy that decorates another returns the other's decision as it is where it agrees: it also says which file of a Unix socket was meant.</returns>
    /// <exception cref="ArgumentException">The candidate has no end point.</exception>
    public abstract PolicyDecision Evaluate(in ConnectionCandidate candidate);

    /// <summary>It is no guard: everything may connect, now and later.</summary>
    internal virtual bool AllowsAll => false;

    /// <summary>It judges the IPv4 addresses inside IPv6 ones itself; for others the connectors do.</summary>
    internal virtual bool UnwrapsIPv4 => false;

    /// <summary>The verdict that connectors and servers act on: a policy that fails denies.</summary>
    internal PolicyDecision Judge(in ConnectionCandidate candidate)
    {
        try
        {
            return Evaluate(candidate);
        }
        catch (Exception exception)
        {
            // Fail closed: a rule that could not be asked has not allowed anything.
            NetAsyncEventSource.Log.PolicyFailed(exception.ToString());
            return PolicyDecision.Deny($"a failure of the policy ({exception.GetType().Name})");
        }
    }

    private sealed class AllowAllPolicy : ConnectionPolicy
    {
        internal override bool AllowsAll => true;

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => candidate.Required is not null ? PolicyDecision.Allow() : PolicyDecision.Deny();
    }
}
