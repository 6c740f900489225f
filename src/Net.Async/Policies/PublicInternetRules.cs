namespace Net.Async;

/// <summary>The rules of <see cref="ConnectionPolicy.PublicInternet"/>, made anew for each caller.</summary>
public static class PublicInternetRules
{
    /// <summary>The rules, with lists of their own: add to <see cref="RulePolicyOptions.Allow"/> what may be reached all the same. Cloud metadata stays denied.</summary>
    public static RulePolicyOptions Create()
    {
        var always = new BlockList();
        always.Add(IPPreset.CloudMetadata);
        return new RulePolicyOptions { AlwaysDeny = always, Deny = Denied(), MixedAnswers = MixedAnswers.Fail, AllowLocalSockets = false };
    }

    private static BlockList Denied()
    {
        var list = new BlockList();
        foreach (var preset in (ReadOnlySpan<IPPreset>)
            [IPPreset.Loopback, IPPreset.Unspecified, IPPreset.Private, IPPreset.LinkLocal, IPPreset.CarrierGradeNat, IPPreset.Multicast, IPPreset.Reserved,
             IPPreset.Documentation, IPPreset.Benchmarking, IPPreset.Transition, IPPreset.NotGloballyReachable])
            list.Add(preset);
        // In the registries, and reachable in part or by relays only.
        foreach (var network in (ReadOnlySpan<string>)["192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24", "168.63.129.16/32", "2001::/23", "2620:4f:8000::/48"])
            list.AddCidr(network);
        // All that is not global unicast (RFC 4291, 2.4), round the mapped addresses, which are IPv4.
        list.AddRange("::", "::fffe:ffff:ffff");
        list.AddRange("::1:0:0:0", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        list.AddCidr("4000::/2");
        list.AddCidr("8000::/1");
        return list;
    }
}
