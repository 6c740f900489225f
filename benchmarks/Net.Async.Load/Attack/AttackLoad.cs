using System.Globalization;
using System.Text;

namespace Net.Async.Load;

/// <summary>The others alone, then beside each kind of attack: a table of what they get, and of what the attack costs the server.</summary>
internal static class AttackLoad
{
    public static string Run(LoadOptions options)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            {options.MessagesPerSecond:0} connects a second from {options.Attackers.Sources} addresses, {options.Seconds:0.#} s each; times in µs, memory in MiB.

            | attack from one address | p50 | p99 | failures | alone: p50 | p99 | served | refused | refusal p50 | p99 | open at the end | memory before | most | after |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|

            """));
        var alone = DialsLoad.Run(options with { Attackers = options.Attackers with { Crowd = 0, SlowWriters = 0, NeverRead = 0, StuckUpgrades = 0 } });
        text.AppendLine(Row("none", alone, alone, "- | - | - | - | -"));
        foreach (var attackers in options.Attackers.OneByOne())
        {
            var result = DialsLoad.Run(options with { Attackers = attackers });
            var disturbance = result.Disturbances.Single();
            text.AppendLine(Row($"{disturbance.Name}, {disturbance.Count}", result, alone, Describe(disturbance.Result)));
        }

        return text.ToString().TrimEnd();
    }

    private static string Row(string attack, DialsResult result, DialsResult alone, string attackers) =>
        $"| {attack} | {Times(result)} | {result.Failures} | {Times(alone)} | {attackers} | {Mebibytes(result.MemoryBefore)} | {Mebibytes(result.MemoryMost)} | {Mebibytes(result.MemoryAfter)} |";

    private static string Times(DialsResult result) => string.Create(CultureInfo.InvariantCulture, $"{result.Median:#,0} | {result.Percentile99:#,0}");

    private static string Describe(DisturbanceResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Served} | {result.Refused} | {result.Refusals.Percentile(.5):#,0} | {result.Refusals.Percentile(.99):#,0} | {result.Open}");

    private static string Mebibytes(long kilobytes) => (kilobytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture);
}
