namespace Net.Async.Load;

/// <summary>Who attacks, and from how many addresses the others connect meanwhile. Everything is bounded.</summary>
/// <param name="Sources">Addresses from which the measured connects come in turn.</param>
/// <param name="Crowd">Connections that ask once, and stay.</param>
/// <param name="SlowWriters">Connections that send a byte a second, and never the end of a line.</param>
/// <param name="NeverRead">Connections that ask for large answers, and read none.</param>
/// <param name="StuckUpgrades">Connections that send nothing; one that the server ends is followed by the next.</param>
/// <param name="AtOnce">How many of them are there at a time.</param>
internal sealed record AttackOptions(int Sources, int Crowd, int SlowWriters, int NeverRead, int StuckUpgrades, int AtOnce)
{
    private const int MaxConnections = 20_000;
    private const int MaxSources = 200;

    public static AttackOptions None { get; } = new(1, 0, 0, 0, 0, 0);

    public static string[] Names { get; } = ["--sources", "--crowd", "--slow-writers", "--never-read", "--stuck-upgrades", "--at-once"];

    /// <summary>In attack each of them plays by itself, in a size that a small machine bears; in dials those that are asked for play together.</summary>
    public static AttackOptions Parse(Arguments values, string mode)
    {
        if (mode is not (LoadOptions.Dials or LoadOptions.Attack))
            return Array.Find(Names, values.Has) is { } name ? throw new UsageException($"{name} is for dials and attack.") : None;
        int Count(string name, int inAttack) => values.Whole(name, mode == LoadOptions.Attack ? inAttack : 0, 0, MaxConnections);
        var stuck = Count("--stuck-upgrades", 1000);
        return new AttackOptions(
            values.Whole("--sources", 50, 1, MaxSources),
            Count("--crowd", 2000),
            Count("--slow-writers", 500),
            Count("--never-read", 200),
            stuck,
            values.Whole("--at-once", Math.Clamp(stuck, 1, 200), 1, MaxConnections));
    }

    /// <summary>Those that are asked for, ready to run.</summary>
    public IReadOnlyList<Disturbance> Create(System.Net.EndPoint server)
    {
        Disturbance[] all = [new Crowd(server, Crowd), new SlowWriters(server, SlowWriters), new NeverRead(server, NeverRead), new StuckUpgrades(server, StuckUpgrades, AtOnce)];
        return [.. all.Where(static disturbance => disturbance.Count > 0)];
    }

    /// <summary>The same, one kind at a time.</summary>
    public IEnumerable<AttackOptions> OneByOne()
    {
        var none = None with { Sources = Sources };
        AttackOptions[] all = [none with { Crowd = Crowd }, none with { SlowWriters = SlowWriters }, none with { NeverRead = NeverRead }, none with { StuckUpgrades = StuckUpgrades, AtOnce = AtOnce }];
        return all.Where(one => one with { AtOnce = none.AtOnce } != none);
    }
}
