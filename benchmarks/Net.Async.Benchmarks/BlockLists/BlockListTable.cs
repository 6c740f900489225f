using System.Globalization;
using System.Net;
using Net.Async.Load;

namespace Net.Async.Benchmarks;

/// <summary>The speed of <see cref="BlockList"/> beside what people use instead, as ratios in one run. Prints tables; takes some minutes.</summary>
internal static class BlockListTable
{
    private static readonly int[] s_sizes = [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];

    /// <summary>Runs every part; the sizes up to the given one.</summary>
    public static void Run(int rounds, int most)
    {
        var sizes = s_sizes.Where(size => size <= most).ToArray();
        Print("Check(uint), nanoseconds: random /32 rules against HashSet<uint> of the same addresses", ["rules", "miss", "HashSet", "ratio", "hit", "HashSet", "ratio", "IPAddress, miss"], sizes.Select(size => Numbers(rounds, size)));
        Print("Beside lists that are asked rule by rule, by IPAddress, nanoseconds", ["rules", "ours", "System.Net.IPNetwork", "times ours", "IPNetwork2", "times ours"], sizes.Where(static size => size <= 10_000).Select(size => Lists(rounds, size)));
        Print("IPv6 /48 in 2000::/3, Check(UInt128), nanoseconds", ["rules", "evenly", "like registries", "IPv4 /32", "ratio evenly", "ratio registries"], sizes.Where(static size => size <= 1_000_000).Select(size => Wide(rounds, size)));
        Print("One rule, text, nanoseconds", ["text", "Check(string)"], new[] { "192.0.2.1", "255.255.255.255", "2001:db8::1", "2001:db8:1234:5678:9abc:def0:1234:5678", "::ffff:192.0.2.1" }.Select(text => Text(rounds, text)));
        Print("Memory, bytes a rule, and building, milliseconds", ["rules", "forgotten", "remembered", "build forgotten", "build remembered", "Array.Sort", "ratio forgotten", "ratio remembered"], sizes.Where(static size => size >= 100_000).Select(size => BlockListBuild.Row(rounds, size)));
        Print("One add at that many rules, microseconds", ["rules", "remembered", "median", "p99", "p99.9", "mean"], sizes.Where(static size => size >= 1000 && size <= 1_000_000).SelectMany(BlockListBuild.Adds));
    }

    private static string[] Numbers(int rounds, int size)
    {
        var addresses = BlockListData.Addresses(size);
        var set = new HashSet<uint>(addresses);
        var list = Build(addresses);
        uint[] misses = BlockListData.Misses(set), hits = BlockListData.Hits(addresses);
        var asObjects = misses.Select(ToIPAddress).ToArray();
        var run = new Rounds(rounds);
        var (ours, theirs) = (run.Add(misses.Length, () => Count(list, misses, 0)), run.Add(misses.Length, () => Count(set, misses, 0)));
        var (ourHits, theirHits) = (run.Add(hits.Length, () => Count(list, hits, hits.Length)), run.Add(hits.Length, () => Count(set, hits, hits.Length)));
        var objects = run.Add(misses.Length, () => Count(list, asObjects));
        run.Run();
        return [Show(size), run.Time(ours), run.Time(theirs), run.Ratio(ours, theirs), run.Time(ourHits), run.Time(theirHits), run.Ratio(ourHits, theirHits), run.Time(objects)];
    }

    private static string[] Lists(int rounds, int size)
    {
        var addresses = BlockListData.Addresses(size);
        var list = Build(addresses);
        var questions = BlockListData.Misses([.. addresses])[..Math.Max(64, 1_000_000 / size)].Select(ToIPAddress).ToArray();
        var few = questions[..Math.Max(16, 20_000 / size)];
        var networks = addresses.Select(static address => new IPNetwork(ToIPAddress(address), 32)).ToArray();
        var others = addresses.Select(static address => IPNetwork2.Parse($"{ToIPAddress(address)}/32")).ToArray();
        var run = new Rounds(rounds);
        var ours = run.Add(questions.Length * 64, () =>
        {
            var held = 0;
            for (var i = 0; i < 64; i++)
                held += Count(list, questions);
            return held;
        });
        var linear = run.Add(questions.Length, () => questions.Count(address => Any(networks, address)));
        var other = size > 1000 ? -1 : run.Add(few.Length, () => few.Count(address => Array.Exists(others, network => network.Contains(address))));
        run.Run();
        return [Show(size), run.Time(ours), run.Time(linear), run.Ratio(linear, ours), other < 0 ? "-" : run.Time(other), other < 0 ? "-" : run.Ratio(other, ours)];
    }

    private static string[] Wide(int rounds, int size)
    {
        var run = new Rounds(rounds);
        var places = new[] { false, true }.Select(likeRegistries =>
        {
            var list = new BlockList { RememberRules = false };
            list.AddJson(BlockListData.Networks(size, likeRegistries).Select(static network => $"Subnet: IPv6 {network}"));
            var questions = BlockListData.WideQuestions(likeRegistries);
            return run.Add(questions.Length, () => Count(list, questions));
        }).ToArray();
        var addresses = BlockListData.Addresses(size);
        var (ipv4, misses) = (Build(addresses), BlockListData.Misses([.. addresses]));
        var narrow = run.Add(misses.Length, () => Count(ipv4, misses, 0));
        run.Run();
        return [Show(size), .. places.Select(run.Time), run.Time(narrow), .. places.Select(place => run.Ratio(place, narrow))];
    }

    private static string[] Text(int rounds, string text)
    {
        var list = new BlockList();
        list.AddAddress("192.0.2.77");
        var run = new Rounds(rounds);
        var place = run.Add(100_000, () =>
        {
            var held = 0;
            for (var i = 0; i < 100_000; i++)
                held += list.Contains(text) ? 1 : 0;
            return held;
        });
        run.Run();
        return [text, run.Time(place)];
    }

    internal static BlockList Build(uint[] addresses, bool remembersRules = false)
    {
        var list = new BlockList { RememberRules = remembersRules };
        list.AddAddresses(addresses);
        return list;
    }

    internal static string Show(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static IPAddress ToIPAddress(uint address) => new([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]);

    private static int Count(BlockList list, uint[] questions, int expected)
    {
        var held = 0;
        foreach (var address in questions)
            held += list.Contains(address) ? 1 : 0;
        return held == expected ? held : throw new InvalidOperationException($"{held} of {expected} addresses are held.");
    }

    private static int Count(HashSet<uint> set, uint[] questions, int expected)
    {
        var held = 0;
        foreach (var address in questions)
            held += set.Contains(address) ? 1 : 0;
        return held == expected ? held : throw new InvalidOperationException($"{held} of {expected} addresses are held.");
    }

    private static int Count(BlockList list, IPAddress[] questions)
    {
        var held = 0;
        foreach (var address in questions)
            held += list.Contains(address) ? 1 : 0;
        return held;
    }

    private static int Count(BlockList list, UInt128[] questions)
    {
        var held = 0;
        foreach (var address in questions)
            held += list.Contains(address) ? 1 : 0;
        return held;
    }

    private static bool Any(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    private static void Print(string title, string[] header, IEnumerable<string[]> rows)
    {
        Console.WriteLine(title);
        TextTable.Write(Console.Out, [header, .. rows], leftColumns: 1);
        Console.WriteLine();
    }
}
