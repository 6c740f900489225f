using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async.Tests.Policies;

public class IPPresetTests
{
    [Fact]
    public Task All_Networks_AreAsVerified() =>
        Verifier.Verify(string.Join('\n', IPPreset.All.Select(static preset => $"{preset.Name}\n  {string.Join("\n  ", preset.Networks)}")));

    [Fact]
    public void All_NumbersAndNames_AreThoseOfTheProperties()
    {
        var properties = typeof(IPPreset).GetProperties().Where(static property => property.PropertyType == typeof(IPPreset)).ToArray();

        Assert.Equal(properties.Select(static property => property.Name).Order(), IPPreset.All.Select(static preset => preset.Name).Order());
        Assert.All(properties, static property => Assert.Equal(property.Name, ((IPPreset)property.GetValue(null)!).ToString()));
        Assert.Equal(Enumerable.Range(1, IPPreset.All.Count), IPPreset.All.Select(static preset => preset.Number));
        // Rules carry the number in six bits.
        Assert.InRange(IPPreset.All.Count, 1, 63);
    }

    [Fact]
    public void SpecialPurposeRegistry_Rows_AreThoseOfTheRegistry()
    {
        var rows = Registry();

        Assert.Equal(51, rows.Length);
        Assert.Equal(rows.Select(static row => (row.Prefix, row.Reachable == "true")), SpecialPurposeRegistry.Blocks.Select(static block => (block.Prefix, block.IsGloballyReachable)));
        Assert.Contains(IPPreset.RegistryDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), File.ReadLines(RegistryFile()).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void SpecialPurpose_EveryRowButTheMappedAddresses_IsHeld()
    {
        var list = ListOf(IPPreset.SpecialPurpose);

        Assert.All(Registry().Where(static row => row.Prefix != "::ffff:0:0/96"), row => Assert.True(list.Contains(IPNetwork.Parse(row.Prefix).BaseAddress)));
        Assert.All(["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"], address => Assert.False(list.Contains(address)));
    }

    // Judged address by address: the most specific row that holds it.
    [Fact]
    public void NotGloballyReachable_AroundEveryRow_IsWhatTheMostSpecificRowSays()
    {
        var list = ListOf(IPPreset.NotGloballyReachable);
        var rows = Registry().Where(static row => row.Prefix != "::ffff:0:0/96").Select(static row => (Network: IPNetwork.Parse(row.Prefix), row.Reachable)).ToArray();
        foreach (var address in rows.SelectMany(static row => Edges(row.Network)))
        {
            var holder = rows.Where(row => row.Network.Contains(address)).OrderByDescending(static row => row.Network.PrefixLength).FirstOrDefault();
            Assert.True(list.Contains(address) == holder.Reachable is "false" or "n/a" or "blank", $"{address}");
        }
    }

    [Theory]
    [InlineData("192.0.0.8", true)]
    [InlineData("192.0.0.9", false)]
    [InlineData("192.88.99.1", true)]
    [InlineData("2001::1", true)]
    [InlineData("2001:1::1", false)]
    [InlineData("2001:10::1", true)]
    [InlineData("2001:20::1", false)]
    [InlineData("2002:7f00:1::", true)]
    [InlineData("64:ff9b::1", false)]
    [InlineData("3fff::1", true)]
    [InlineData("5f00::1", true)]
    public void NotGloballyReachable_KnownTraps_AreJudged(string address, bool isContained) => Assert.Equal(isContained, ListOf(IPPreset.NotGloballyReachable).Contains(address));

    [Fact]
    public void EveryPreset_Rules_AreItsNetworksAndNoneHoldsEverything()
    {
        foreach (var preset in IPPreset.All)
        {
            var list = ListOf(preset);
            Assert.Equal(preset.Networks.Count, list.Count);
            Assert.False(list.Contains("8.8.8.8"), preset.Name);
            Assert.False(list.Contains("2620:fe::fe"), preset.Name);
        }
    }

    [Fact]
    public void Prefixes_RandomIntervals_CoverThemAndNothingElse()
    {
        Interval<uint>[] intervals = [new(0, 0), new(3, 17), new(0x0a000001, 0x0affffff), new(uint.MaxValue - 6, uint.MaxValue)];
        Assert.Equal(
            ["0.0.0.0/32", "0.0.0.3/32", "0.0.0.4/30", "0.0.0.8/29", "0.0.0.16/31"],
            Prefixes.Of(intervals.Take(2)).Select(static network => network.ToString()));
        var list = new BlockList();
        foreach (var network in Prefixes.Of(intervals))
            list.AddSubnet(network);
        Assert.All(intervals.SelectMany(static interval => RandomEdges.Around(interval.Start).Concat(RandomEdges.Around(interval.End))),
            address => Assert.Equal(Array.Exists(intervals, interval => interval.Start <= address && address <= interval.End), list.Contains(address)));
        Assert.Equal(["0.0.0.0/0"], Prefixes.Of([new Interval<uint>(0, uint.MaxValue)]).Select(static network => network.ToString()));
        Assert.Equal(["::/0"], Prefixes.Of([new Interval<UInt128>(0, UInt128.MaxValue)]).Select(static network => network.ToString()));
    }

    private static BlockList ListOf(IPPreset preset)
    {
        var list = new BlockList();
        Assert.True(list.Add(preset));
        return list;
    }

    private static IEnumerable<IPAddress> Edges(IPNetwork network)
    {
        var first = RuleModel.Wide(network.BaseAddress);
        var last = first + ((UInt128.One << ((network.BaseAddress.GetAddressBytes().Length * 8) - network.PrefixLength)) - 1);
        return RandomEdges.Around(first).Concat(RandomEdges.Around(last)).Where(address => RuleModel.IsMapped(address) == RuleModel.IsMapped(first)).Select(RuleModel.Narrow);
    }

    private static (string Prefix, string Reachable)[] Registry() =>
    [
        .. File.ReadLines(RegistryFile()).Where(static line => !line.StartsWith('#')).Skip(1).Select(static line => line.Split('\t')).Select(static cells => (cells[0], cells[3])),
    ];

    private static string RegistryFile([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "special-purpose.tsv");
}
