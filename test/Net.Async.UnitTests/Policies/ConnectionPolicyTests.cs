using System.Net;

namespace Net.Async.Tests.Policies;

public class ConnectionPolicyTests
{
    private static readonly ConnectionCandidate s_candidate = new(new IPEndPoint(IPAddress.Loopback, 1), ConnectionDirection.Outbound);

    [Fact]
    public void AllowAll_Anything_IsAllowedByDefault()
    {
        Assert.True(ConnectionPolicy.AllowAll.Evaluate(s_candidate).IsAllowed);
        Assert.Equal(DeniedAnswerMode.Filter, ConnectionPolicy.AllowAll.DeniedAnswers);
    }

    [Fact]
    public void Judge_PolicyThrows_Denies()
    {
        var decision = new Broken().Judge(s_candidate);
        Assert.False(decision.IsAllowed);
        Assert.Equal("denied by a failure of the policy (InvalidDataException)", decision.ToString());
    }

    [Fact]
    public void Default_OfADecision_Denies()
    {
        Assert.False(default(PolicyDecision).IsAllowed);
        Assert.Equal("denied by default", default(PolicyDecision).ToString());
        Assert.Equal("allowed by Subnet: IPv4 10.0.0.0/8 of Private", PolicyDecision.Allow("Subnet: IPv4 10.0.0.0/8", "Private").ToString());
    }

    private sealed class Broken : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => throw new InvalidDataException();
    }
}
