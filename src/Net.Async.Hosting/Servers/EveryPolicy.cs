namespace Net.Async;

/// <summary>Allows what every one of several policies allows; the first that denies gives the reason.</summary>
internal sealed class EveryPolicy(IReadOnlyList<ConnectionPolicy> policies) : ConnectionPolicy
{
    public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
    {
        var decision = PolicyDecision.Allow();
        foreach (var policy in policies)
        {
            decision = policy.Evaluate(candidate);
            if (!decision.IsAllowed)
                break;
        }

        return decision;
    }
}
