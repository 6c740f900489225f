namespace Net.Async.Namespaces;

/// <summary>Every kind of policy, each so that it denies the protected addresses.</summary>
internal static class GuardPolicies
{
    private static readonly string[] s_private = ["0.0.0.0/8", "127.0.0.0/8", "10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "::1/128", "::/128", "fc00::/7", "fe80::/10"];

    public static IEnumerable<(string Name, ConnectionPolicy Policy)> Of(string directory)
    {
        var files = new RulePolicyOptions { AllowLocalSockets = false, AllowedSocketDirectories = [Path.Combine(directory, "allowed")], Deny = List() };
        yield return ("public internet", new RulePolicy(PublicInternetRules.Create() with { AllowedSocketDirectories = files.AllowedSocketDirectories }));
        yield return ("block list", new Files(List(), files));
        yield return ("block list without rules", new Files(List(new BlockList { RememberRules = false }), files));
        yield return ("rules that deny", new RulePolicy(files));
        yield return ("rules that always deny", new RulePolicy(files with { Deny = new BlockList(), AlwaysDeny = List() }));
        yield return ("rules that allow", new RulePolicy(files with { Deny = new BlockList(), Allow = Allowed(), AllowByDefault = false }));
        yield return ("own", new Own(List(), new RulePolicy(files)));
        yield return ("own over rules", new Files(new RulePolicy(files), files));
        yield return ("own over public internet", new Files(ConnectionPolicy.PublicInternet, files));
    }

    private static BlockList List(BlockList? list = null)
    {
        list ??= new BlockList();
        foreach (var network in s_private)
            list.AddCidr(network);
        return list;
    }

    private static BlockList Allowed()
    {
        var list = new BlockList();
        list.AddCidr("9.0.0.0/8");
        list.AddCidr("2000::/3");
        return list;
    }

    /// <summary>A user's policy for addresses, and one for files: their decisions are passed on as they are.</summary>
    private sealed class Files(ConnectionPolicy addresses, RulePolicyOptions files) : ConnectionPolicy
    {
        private readonly RulePolicy _files = new(files);

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => candidate.EndPoint is System.Net.IPEndPoint ? addresses.Evaluate(candidate) : _files.Evaluate(candidate);
    }

    /// <summary>A user's policy with a mind of its own.</summary>
    private sealed class Own(BlockList denied, RulePolicy files) : ConnectionPolicy
    {
        public override DeniedAnswerMode DeniedAnswers => DeniedAnswerMode.Fail;

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) =>
            candidate.EndPoint is System.Net.IPEndPoint ip ? denied.Contains(ip.Address) ? PolicyDecision.Deny() : PolicyDecision.Allow() : files.Evaluate(candidate);
    }
}
