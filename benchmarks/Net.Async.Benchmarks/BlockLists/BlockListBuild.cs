using System.Diagnostics;

namespace Net.Async.Benchmarks;

/// <summary>What a <see cref="BlockList"/> takes: memory, time to build, time of one more rule.</summary>
internal static class BlockListBuild
{
    private const int Added = 20_000;

    public static string[] Row(int rounds, int size)
    {
        var addresses = BlockListData.Addresses(size);
        double[] forgotten = new double[rounds], remembered = new double[rounds], sorted = new double[rounds];
        for (var round = -1; round < rounds; round++)
        {
            var copy = (uint[])addresses.Clone();
            var times = (Time(() => Array.Sort(copy)), Time(() => BlockListTable.Build(addresses)), Time(() => BlockListTable.Build(addresses, remembersRules: true)));
            if (round >= 0)
                (sorted[round], forgotten[round], remembered[round]) = times;
        }

        return
        [
            BlockListTable.Show(size), Rounds.Show(BytesARule(addresses, remembersRules: false)), Rounds.Show(BytesARule(addresses, remembersRules: true)),
            Rounds.Show(forgotten), Rounds.Show(remembered), Rounds.Show(sorted), Rounds.Show(Ratio(forgotten, sorted)), Rounds.Show(Ratio(remembered, sorted)),
        ];
    }

    /// <summary>Rules that are added one by one to a list that has many.</summary>
    public static IEnumerable<string[]> Adds(int size)
    {
        foreach (var remembersRules in (bool[])[false, true])
        {
            var addresses = BlockListData.Addresses(size + (3 * Added));
            var list = BlockListTable.Build(addresses[..size], remembersRules);
            var more = addresses[size..].Select(static address => new System.Net.IPAddress([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address])).ToArray();
            var times = new double[Added];
            foreach (var address in more.AsSpan(0, 2 * Added))
                list.AddAddress(address);
            for (var i = 0; i < times.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                list.AddAddress(more[(2 * Added) + i]);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            Array.Sort(times);
            yield return
            [
                BlockListTable.Show(size), remembersRules ? "yes" : "no", Rounds.Show(times[Added / 2]), Rounds.Show(times[Added * 99 / 100]), Rounds.Show(times[Added * 999 / 1000]), Rounds.Show(times.Average()),
            ];
        }
    }

    private static double[] Ratio(double[] times, double[] references) => [.. times.Zip(references, static (time, reference) => time / reference)];

    private static double Time(Action action)
    {
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double BytesARule(uint[] addresses, bool remembersRules)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var list = BlockListTable.Build(addresses, remembersRules);
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / addresses.Length;
        GC.KeepAlive(list);
        return bytes;
    }
}
