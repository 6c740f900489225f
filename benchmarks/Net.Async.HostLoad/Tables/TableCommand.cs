namespace Net.Async.HostLoad;

/// <summary>Reads the lines of all rounds and prints a markdown table: medians with their spread, and the ratio of the rounds.</summary>
internal static class TableCommand
{
    public static int Run(string file)
    {
        var samples = File.ReadLines(file).Where(static line => !string.IsNullOrWhiteSpace(line)).Select(Sample.Parse).ToLookup(static sample => (sample.Scenario, sample.Transport));
        Console.WriteLine("| scenario | figure | Net.Async | Kestrel's own | Net.Async / Kestrel | must be | holds | errors | rounds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var figure in Figure.All)
        {
            if (Row(figure, [.. samples[(figure.Scenario, HostApp.NetAsync)]], [.. samples[(figure.Scenario, HostApp.Sockets)]]) is { } row)
                Console.WriteLine(row);
        }

        return 0;
    }

    // The nth round of one beside the nth of the other: they followed each other, so that a slow minute of the machine is in both.
    private static string? Row(Figure figure, Sample[] ours, Sample[] theirs)
    {
        var rounds = ours.Zip(theirs)
            .Where(pair => pair.First.Figures.ContainsKey(figure.Name) && pair.Second.Figures.ContainsKey(figure.Name))
            .Select(pair => (Ours: pair.First.Figures[figure.Name], Theirs: pair.Second.Figures[figure.Name]))
            .ToList();
        if (rounds is [])
            return null;
        var ratio = Spread.Of(rounds.Select(static round => round.Theirs == 0 ? round.Ours == 0 ? 1 : double.PositiveInfinity : round.Ours / round.Theirs));
        var errors = ours.Concat(theirs).Sum(static sample => sample.Figures.GetValueOrDefault("errs"));
        var holds = figure.Bound is null ? "" : figure.Holds(ratio.Median) ? "yes" : "NO";
        return $"| {figure.Scenario} | {figure.Unit} | {Spread.Of(rounds.Select(static round => round.Ours)).Text()} | {Spread.Of(rounds.Select(static round => round.Theirs)).Text()} | {ratio.Text("0.00")} | {figure.BoundText} | {holds} | {errors:0} | {rounds.Count} |";
    }
}
