using System.Net;

namespace Net.Async.Tests.Connecting;

/// <summary>Every kind of policy, each so that it denies what a guard must deny, and allows 8.0.0.0/8 and global IPv6.</summary>
internal static class PolicyKinds
{
    private static readonly string[] s_private = ["0.0.0.0/8", "127.0.0.0/8", "10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "::1/128", "::/128", "fc00::/7", "fe80::/10"];

    public static IReadOnlyDictionary<string, ConnectionPolicy> All { get; } = Make(ConnectionPolicy.PublicInternet, s_private, ["8.0.0.0/8", "2000::/3"]);

    /// <summary>The same kinds, and nothing but loopback is denied.</summary>
    public static ConnectionPolicy OfLoopbackOnly(string kind) =>
        Make(new Own(List("127.0.0.0/8", "::1/128")), ["127.0.0.0/8", "::1/128"], ["0.0.0.0/32", "::/128"])[kind];

    public static BlockList List(params IEnumerable<string> networks)
    {
        var list = new BlockList();
        foreach (var network in networks)
            list.AddCidr(network);
        return list;
    }

    private static Dictionary<string, ConnectionPolicy> Make(ConnectionPolicy publicInternet, string[] denied, string[] allowed) => new()
    {
        ["block list"] = List(denied),
        ["block list without rules"] = Forgetful(denied),
        ["rules that deny"] = new RulePolicy(new() { Deny = List(denied) }),
        ["rules that always deny"] = new RulePolicy(new() { AlwaysDeny = List(denied), Allow = List("::/0") }),
        ["rules that allow"] = new RulePolicy(new() { AllowByDefault = false, Allow = List(allowed) }),
        ["public internet"] = publicInternet,
        ["own"] = new Own(List(denied)),
        ["own over rules"] = new Own(new RulePolicy(new() { Deny = List(denied) })),
        ["own over public internet"] = new Own(publicInternet),
    };

    private static BlockList Forgetful(string[] networks)
    {
        var list = new BlockList { RememberRules = false };
        foreach (var network in networks)
            list.AddCidr(network);
        return list;
    }

    /// <summary>A user's policy, which decorates another.</summary>
    private sealed class Own(ConnectionPolicy policy) : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => policy.Evaluate(candidate) is { IsAllowed: false } ? PolicyDecision.Deny() : PolicyDecision.Allow("of my own");
    }
}
