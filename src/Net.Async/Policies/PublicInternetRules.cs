namespace Net.Async;

/// <summary>The rules of <see cref="ConnectionPolicy.PublicInternet"/>, made anew for each caller.</summary>
public static class PublicInternetRules
{
    /// <summary>The rules, with lists of their own: add to <see cref="RulePolicyOptions.Allow"/> what may be reached all the same. Cloud metadata stays denied.</summary>
    public static RulePolicyOptions Create()
    {
        var always = new BlockList();
        always.Add(IPPreset.CloudMetadata);
        return new RulePolicyOptions { AlwaysDeny = always, Deny = Denied(), DeniedAnswers = DeniedAnswerMode.Fail, AllowLocalSockets = false };
    }

    private static BlockList Denied()
    {
        var list = new BlockList();
        foreach (var preset in (ReadOnlySpan<IPPreset>)
            [IPPreset.Loopback, IPPreset.Unspecified, IPPreset.Private, IPPreset.LinkLocal, IPPreset.CarrierGradeNat, IPPreset.Multicast, IPPreset.Reserved,
             IPPreset.Documentation, IPPreset.Benchmarking, IPPreset.NotGloballyReachable, IPPreset.NotGlobalUnicast])
            list.Add(preset);
        // 64:ff9b::/96 is the way to all of IPv4 on a network with DNS64; a rule of its own would close it.
        list.Add(IPPreset.Transition, static network => !network.Equals(Nat64Prefix.WellKnown.Network));
        // In the registries, and reachable in part or by relays only.
        foreach (var network in (ReadOnlySpan<string>)["192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24", "168.63.129.16/32", "2001::/23", "2620:4f:8000::/48"])
            list.AddCidr(network);
        return list;
    }
}
