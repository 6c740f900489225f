using System.Net;
using Xunit.Abstractions;

namespace Net.Async.Tests.Policies;

/// <summary>Random rules of all kinds, added and removed, against a list that is asked rule by rule.</summary>
public class BlockListModelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(30)]
    [InlineData(300)]
    [InlineData(1500)]
    public void Check_RandomAddsAndRemovals_IsWhatTheModelSays(int changes)
    {
        var random = Seed.Start(output);
        for (var round = 0; round < Math.Max(1, 600 / changes); round++)
        {
            BlockList list = new(), forgetful = new() { RememberRules = false };
            var model = new RuleModel();
            var known = new List<(int Kind, IPAddress First, IPAddress Last, int Prefix)>();
            for (var change = 0; change < changes; change++)
            {
                var rule = known.Count > 0 && random.Next(3) == 0 ? known[random.Next(known.Count)] : RandomRule(random);
                known.Add(rule);
                var (kind, start, end) = Meaning(rule);
                if (random.Next(5) < 3)
                {
                    Assert.Equal(model.Add(kind, start, end), Add(list, rule));
                    Add(forgetful, rule);
                }
                else
                {
                    Assert.Equal(model.Remove(kind, start, end), Remove(list, rule));
                }

                Assert.Equal(model.Count, list.Count);
                AssertSame(model, list, [start, end]);
            }

            AssertSame(model, list, model.Boundaries);
            AssertSame(model, list, Enumerable.Range(0, 200).Select(_ => RuleModel.Wide(RandomAddress(random))));
            AssertFollows(list, model, forgetful);
        }
    }

    [Fact]
    public void Evaluate_OlderRuleOverTheMappedBlockRemoved_NamesTheOldestThatIsLeft()
    {
        var list = new BlockList();
        list.AddCidr("::/0");
        list.AddAddress("203.0.113.7");
        list.AddCidr("::/1");
        Assert.True(list.RemoveCidr("::/0"));
        Assert.Equal("Address: IPv4 203.0.113.7", Judge(list, RuleModel.Wide(IPAddress.Parse("203.0.113.7"))).Rule);
        Assert.Equal("Subnet: IPv6 ::/1", Judge(list, RuleModel.Wide(IPAddress.Parse("203.0.113.8"))).Rule);
        list.RemoveAddress("203.0.113.7");
        Assert.Equal("Subnet: IPv6 ::/1", Judge(list, RuleModel.Wide(IPAddress.Parse("203.0.113.7"))).Rule);
    }

    private static void AssertFollows(BlockList list, RuleModel model, BlockList forgetful)
    {
        // Text, JSON and a swap give a list that holds the same.
        BlockList copy = new(), swapped = new() { RememberRules = false };
        copy.AddJson(list.ToJson());
        swapped.ReplaceWith(list);
        Assert.Equal(list.Rules, copy.Rules);
        Assert.Equal(model.Count, list.Rules.Count);
        AssertSame(model, copy, model.Boundaries);
        AssertSame(model, swapped, model.Boundaries);
        // Nothing is ever removed from the forgetful one.
        Assert.All(model.Boundaries, boundary => Assert.True(IsHeldBy(Judge(forgetful, boundary).Rule!, boundary)));
        var again = new BlockList();
        again.AddJson(forgetful.Rules);
        Assert.All(model.Boundaries.SelectMany(RandomEdges.Around), boundary => Assert.Equal(forgetful.Contains(boundary), again.Contains(boundary)));
    }

    private static void AssertSame(RuleModel model, BlockList list, IEnumerable<UInt128> boundaries)
    {
        foreach (var address in boundaries.SelectMany(RandomEdges.Around))
        {
            var expected = model.Holds(address);
            Assert.True(expected == list.Contains(address), $"{RuleModel.Narrow(address)} is {(expected ? "free" : "held")}");
            Assert.Equal(expected, list.Contains(RuleModel.Narrow(address)));
            var decision = Judge(list, address);
            Assert.Equal(expected, !decision.IsAllowed);
            Assert.Equal(expected, decision.Rule is not null);
            if (list.RememberRules)
                Assert.Equal(model.Oldest(address), decision.Rule is null ? null : KeyOf(decision.Rule));
            else
                Assert.True(!expected || IsHeldBy(decision.Rule!, address), $"{decision.Rule} does not hold {RuleModel.Narrow(address)}");
        }
    }

    private static PolicyDecision Judge(BlockList list, UInt128 address) =>
        list.Evaluate(new ConnectionCandidate(new IPEndPoint(RuleModel.Narrow(address), 1), ConnectionDirection.Inbound));

    private static string KeyOf(string rule)
    {
        var read = IPRuleText.Read(rule, out _)!.Value;
        UInt128 start = RuleModel.Wide(new AddressBits(read.Start, read.IsIPv4).ToIPAddress()), end = RuleModel.Wide(new AddressBits(read.End, read.IsIPv4).ToIPAddress());
        return $"{read.Kind} {start:x}-{end:x}";
    }

    private static bool IsHeldBy(string rule, UInt128 address)
    {
        var single = new BlockList();
        single.AddJson([rule]);
        return single.Contains(address);
    }

    private static (int Kind, IPAddress First, IPAddress Last, int Prefix) RandomRule(Random random)
    {
        var (first, last) = (RandomAddress(random), RandomAddress(random));
        while (first.AddressFamily != last.AddressFamily)
            last = RandomAddress(random);
        if (RuleModel.Wide(first) > RuleModel.Wide(last))
            (first, last) = (last, first);
        var width = first.GetAddressBytes().Length * 8;
        return (random.Next(3), first, last, random.Next(6) == 0 ? random.Next(width + 1) : random.Next(width / 2, width + 1));
    }

    // As it comes: IPv4, IPv6, and IPv4 in its mapped form.
    private static IPAddress RandomAddress(Random random) => random.Next(3) switch
    {
        0 => AddressBits.Of(RandomEdges.IPv4(random)).ToIPAddress(),
        1 => AddressBits.Of(RandomEdges.IPv4(random)).ToIPAddress().MapToIPv6(),
        _ => new AddressBits(RandomEdges.IPv6(random), IsIPv4: false).ToIPAddress(),
    };

    private static (string Kind, UInt128 Start, UInt128 End) Meaning((int Kind, IPAddress First, IPAddress Last, int Prefix) rule)
    {
        UInt128 first = RuleModel.Wide(rule.First), last = RuleModel.Wide(rule.Last);
        if (rule.Kind == 0)
            return ("Address", first, first);
        if (rule.Kind == 1)
            return ("Range", first, last);
        var prefix = rule.Prefix + (rule.First.GetAddressBytes().Length == 4 ? 96 : 0);
        var hostBits = prefix == 0 ? UInt128.MaxValue : (UInt128.One << (128 - prefix)) - 1;
        return ("Subnet", first & ~hostBits, first | hostBits);
    }

    private static bool Add(BlockList list, (int Kind, IPAddress First, IPAddress Last, int Prefix) rule) => rule.Kind switch
    {
        0 => list.AddAddress(rule.First),
        1 => list.AddAddressRange(rule.First, rule.Last),
        _ => list.AddSubnet(rule.First, rule.Prefix),
    };

    private static bool Remove(BlockList list, (int Kind, IPAddress First, IPAddress Last, int Prefix) rule) => rule.Kind switch
    {
        0 => list.RemoveAddress(rule.First.ToString()),
        1 => list.RemoveAddressRange(rule.First.ToString(), rule.Last.ToString()),
        _ => list.RemoveSubnet(rule.First.ToString(), rule.Prefix),
    };
}
