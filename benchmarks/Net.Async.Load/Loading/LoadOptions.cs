using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>What to do to the server: how many connections, how large the messages, how long. Everything is bounded.</summary>
internal sealed record LoadOptions(string Mode, EndPoint EndPoint, int Connections, int Size, int Depth, double Seconds, int? ProcessId)
{
    public const string PingPong = "pingpong", Stream = "stream", Churn = "churn", Idle = "idle";

    /// <summary>Ping-pong at a fixed rate, and ping-pong beside connections that disturb the server.</summary>
    public const string Rate = "rate", Stalls = "stalls", Spins = "spins", Flood = "flood";

    private static readonly string[] s_modes = [PingPong, Stream, Churn, Idle, Rate, Stalls, Spins, Flood];

    private const int MaxConnections = 20_000;
    private const int MaxSize = 16 * 1024 * 1024;
    private const int MaxDepth = 1024;
    private const double MaxSeconds = 600;

    /// <summary>Seconds before it counts: what the runtime compiles meanwhile is not measured.</summary>
    public double WarmUp { get; init; } = 1;

    /// <summary>Messages a second over all connections; only in mode rate.</summary>
    public double MessagesPerSecond { get; init; }

    /// <summary>Connections that disturb, beside <see cref="Connections"/>.</summary>
    public int Disturbers { get; init; }

    /// <summary>Bytes that go out in one go: <see cref="Depth"/> messages.</summary>
    public int BatchSize => Size * Depth;

    public static LoadOptions Parse(string[] args)
    {
        if (args is not [var mode, ..] || !s_modes.Contains(mode))
            throw new UsageException($"load takes a mode first: {string.Join(", ", s_modes)}.");
        var values = ReadPairs(args[1..]);
        var path = values.GetValueOrDefault("--unix");
        if (path is not null == values.ContainsKey("--port"))
            throw new UsageException("load takes either --port or --unix.");
        var options = new LoadOptions(
            mode,
            path is not null ? UnixEndPoint(path) : new IPEndPoint(IPAddress.Loopback, (int)Number(values, "--port", 0, 1, 65535)),
            (int)Number(values, "--conns", 64, 1, MaxConnections),
            (int)Number(values, "--size", 64, 1, MaxSize),
            (int)Number(values, "--depth", 1, 1, MaxDepth),
            Number(values, "--secs", 5, 0.1, MaxSeconds, whole: false),
            values.ContainsKey("--pid") ? (int)Number(values, "--pid", 0, 1, int.MaxValue) : null)
        {
            WarmUp = Number(values, "--warm", 1, 0.1, MaxSeconds, whole: false),
            MessagesPerSecond = mode == Rate ? Number(values, "--rate", 10_000, 1, 1_000_000) : 0,
            Disturbers = mode is Stalls or Spins or Flood ? (int)Number(values, "--disturbers", 1, 1, 1000) : 0,
        };
        return Check(options);
    }

    /// <summary>The socket file; a message instead of an exception for a path that is none.</summary>
    public static UnixDomainSocketEndPoint UnixEndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"'{path}' is no path for a Unix socket; it has 1 to 107 bytes.");
        }
    }

    private static LoadOptions Check(LoadOptions options)
    {
        if ((long)options.Size * options.Depth > MaxSize)
            throw new UsageException($"--size times --depth is at most {MaxSize}.");
        if (options.Depth > 1 && options.Mode == Rate)
            throw new UsageException("rate sends one message at a time: no --depth.");
        if (options.Mode == Idle && options.ProcessId is null)
            throw new UsageException("idle measures the server's memory: it needs --pid.");
        if (options.ProcessId is { } id && !Directory.Exists($"/proc/{id}"))
            throw new UsageException($"There is no process {id}.");
        return options;
    }

    private static Dictionary<string, string> ReadPairs(string[] args)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--port" or "--unix" or "--conns" or "--size" or "--depth" or "--secs" or "--pid" or "--warm" or "--rate" or "--disturbers"))
                throw new UsageException($"'{args[i]}' is unknown.");
            if (i + 1 == args.Length)
                throw new UsageException($"{args[i]} needs a value.");
            if (!values.TryAdd(args[i], args[i + 1]))
                throw new UsageException($"{args[i]} is there twice.");
        }

        return values;
    }

    private static double Number(Dictionary<string, string> values, string name, double missing, double least, double most, bool whole = true)
    {
        if (!values.TryGetValue(name, out var text))
            return missing;
        var style = whole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        if (double.TryParse(text, style, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        throw new UsageException($"{name} is '{text}'; it is {(whole ? "a whole number" : "a number")} from {least} to {most}.");
    }
}
