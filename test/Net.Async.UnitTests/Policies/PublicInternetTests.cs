using System.Net;

namespace Net.Async.Tests.Policies;

/// <summary>What must never be reached at a stranger's request, in every form that was ever used to reach it.</summary>
public class PublicInternetTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.31.196.1")]
    [InlineData("192.52.193.1")]
    [InlineData("192.175.48.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::2")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:7f00:1")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::127.0.0.1")]
    [InlineData("100::1")]
    [InlineData("100:0:0:1::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:10::1")]
    [InlineData("2001:20::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:808:808::1")]
    [InlineData("2620:4f:8000::1")]
    [InlineData("3fff::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::a9fe:a9fe%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("2a00::5efe:10.0.0.1")]
    public void Evaluate_NotOutThere_IsDenied(string address)
    {
        var decision = Judge(ConnectionPolicy.PublicInternet, address);
        Assert.False(decision.IsAllowed);
        Assert.NotNull(decision.Rule);
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2001:200::1")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2606:4700::1")]
    [InlineData("2a00:1450::1")]
    public void Evaluate_OutThere_IsAllowed(string address) => Assert.Equal("allowed by default", Judge(ConnectionPolicy.PublicInternet, address).ToString());

    [Fact]
    public void PublicInternet_Names_FailOnOneDeniedAddress()
    {
        Assert.Equal(DeniedAnswerMode.Fail, ConnectionPolicy.PublicInternet.DeniedAnswers);
        Assert.Same(ConnectionPolicy.PublicInternet, ConnectionPolicy.PublicInternet);
    }

    [Fact]
    public void Create_WithHoles_LiftsAllButMetadata()
    {
        var rules = PublicInternetRules.Create();
        rules.Allow.AddCidr("10.0.0.0/8");
        rules.Allow.AddCidr("169.254.0.0/16");
        var policy = new RulePolicy(rules);
        Assert.True(Judge(policy, "10.1.2.3").IsAllowed);
        Assert.True(Judge(policy, "64:ff9b::10.1.2.3").IsAllowed);
        Assert.True(Judge(policy, "169.254.1.1").IsAllowed);
        Assert.Equal("denied by Subnet: IPv4 169.254.169.254/32 of CloudMetadata", Judge(policy, "169.254.169.254").ToString());
        // Others' policy is another.
        Assert.False(Judge(ConnectionPolicy.PublicInternet, "10.1.2.3").IsAllowed);
        // A hole on the inside lifts no denial on the outside.
        Assert.False(Judge(policy, "2002:a01:203::1").IsAllowed);
    }

    [Fact]
    public void ReportOnly_Denied_IsAllowedAndTold()
    {
        var told = new List<string>();
        var policy = ConnectionPolicy.PublicInternet.ReportOnly((candidate, decision) => told.Add($"{candidate.EndPoint} {decision}"));
        Assert.True(Judge(policy, "127.0.0.1").IsAllowed);
        Assert.True(Judge(policy, "8.8.8.8").IsAllowed);
        Assert.Equal(["127.0.0.1:80 denied by Subnet: IPv4 127.0.0.0/8 of Loopback"], told);
        Assert.Equal(DeniedAnswerMode.Filter, policy.DeniedAnswers);
        Assert.True(Judge(ConnectionPolicy.PublicInternet.ReportOnly((_, _) => throw new InvalidOperationException()), "127.0.0.1").IsAllowed);
        Assert.True(Judge(ConnectionPolicy.PublicInternet.ReportOnly(), "127.0.0.1").IsAllowed);
    }

    private static PolicyDecision Judge(ConnectionPolicy policy, string address) => policy.Evaluate(new(new IPEndPoint(IPAddress.Parse(address), 80), ConnectionDirection.Outbound));
}
