using System.Globalization;

namespace Net.Async.Load;

/// <summary>What is measured, and how long.</summary>
internal sealed record CallOptions(string[] Peers, int Rounds, int Seconds, int WarmSeconds, int Callers, int Size, string? SiloCpu, string? ClientCpu)
{
    private static readonly string[] s_known = ["--peers", "--rounds", "--secs", "--warm", "--callers", "--size", "--silo-cpu", "--client-cpu"];

    public static CallOptions Parse(string[] args)
    {
        var arguments = new Arguments(args, s_known);
        string[] peers = arguments.Text("--peers")?.Split(',') ?? [Peer.Orleans, Peer.NetAsync];
        foreach (var peer in peers)
            Peer.Check(peer);
        return new CallOptions(
            peers,
            arguments.Whole("--rounds", 7, 1, 999),
            arguments.Whole("--secs", 5, 1, 600),
            arguments.Whole("--warm", 5, 0, 600),
            arguments.Whole("--callers", 64, 1, 100_000),
            arguments.Whole("--size", 64, 0, 1 << 20),
            arguments.Text("--silo-cpu"),
            arguments.Text("--client-cpu"));
    }

    public static int Port(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
        ? port
        : throw new UsageException($"'{text}' is no port.");

    /// <summary>The options that the client gets.</summary>
    public IEnumerable<string> ForClient() =>
        new (string, int)[] { ("--secs", Seconds), ("--warm", WarmSeconds), ("--callers", Callers), ("--size", Size) }
            .SelectMany(static option => new[] { option.Item1, option.Item2.ToString(CultureInfo.InvariantCulture) });
}
