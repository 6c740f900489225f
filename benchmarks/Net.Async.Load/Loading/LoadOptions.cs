using System.Net;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>What to do to the server: how many connections, how large the messages, how long. Everything is bounded.</summary>
internal sealed record LoadOptions(string Mode, EndPoint EndPoint, int Connections, int Size, int Depth, double Seconds, int? ProcessId)
{
    public const string PingPong = "pingpong", Stream = "stream", Churn = "churn", Idle = "idle";

    /// <summary>Ping-pong at a fixed rate, and ping-pong beside connections that disturb the server.</summary>
    public const string Rate = "rate", Stalls = "stalls", Spins = "spins", Flood = "flood";

    /// <summary>Connects at a fixed rate beside connections that attack the server, and messages to every connection.</summary>
    public const string Dials = "dials", Attack = "attack", Broadcast = "broadcast";

    /// <summary>Over TLS: messages there and back, a stream, handshakes, and connections that are idle.</summary>
    public const string TlsPingPong = "tls-pingpong", TlsStream = "tls-stream", TlsHandshakes = "tls-handshakes", TlsIdle = "tls-idle";

    private static readonly string[] s_modes = [PingPong, Stream, Churn, Idle, Rate, Stalls, Spins, Flood, Dials, Attack, Broadcast, TlsPingPong, TlsStream, TlsHandshakes, TlsIdle];
    private static readonly string[] s_names = ["--port", "--unix", "--conns", "--size", "--depth", "--secs", "--pid", "--warm", "--rate", "--disturbers", "--get", "--stuck-handshakes", .. AttackOptions.Names];

    private const int MaxConnections = 20_000;
    private const int MaxSize = 16 * 1024 * 1024;
    private const int MaxDepth = 1024;
    private const double MaxSeconds = 600;

    /// <summary>Seconds before it counts: what the runtime compiles meanwhile is not measured.</summary>
    public double WarmUp { get; init; } = 1;

    /// <summary>Messages a second over all connections in mode rate; connects a second in dials and attack.</summary>
    public double MessagesPerSecond { get; init; }

    /// <summary>Who attacks; only in dials and attack.</summary>
    public AttackOptions Attackers { get; init; } = AttackOptions.None;

    /// <summary>The path of an HTTP server to ask for in pingpong and rate, instead of an echo; null for an echo.</summary>
    public string? Get { get; init; }

    /// <summary>Clients that begin a handshake and never finish it, beside those that are measured in tls-handshakes.</summary>
    public int StuckHandshakes { get; init; }

    /// <summary>Connections that disturb, beside <see cref="Connections"/>.</summary>
    public int Disturbers { get; init; }

    /// <summary>Whether the server speaks TLS.</summary>
    public bool IsTls => Mode is TlsPingPong or TlsStream or TlsHandshakes or TlsIdle;

    /// <summary>Bytes that go out in one go: <see cref="Depth"/> messages.</summary>
    public int BatchSize => Size * Depth;

    public static LoadOptions Parse(string[] args)
    {
        if (args is not [var mode, ..] || !s_modes.Contains(mode))
            throw new UsageException($"load takes a mode first: {string.Join(", ", s_modes)}.");
        var values = new Arguments(args[1..], s_names);
        if (values.Has("--unix") == values.Has("--port"))
            throw new UsageException("load takes either --port or --unix.");
        var options = new LoadOptions(
            mode,
            values.Text("--unix") is { } path ? UnixEndPoint(path) : new IPEndPoint(IPAddress.Loopback, values.Whole("--port", 0, 1, 65535)),
            values.Whole("--conns", mode == Broadcast ? 1000 : 64, 1, MaxConnections),
            values.Whole("--size", 64, 1, MaxSize),
            values.Whole("--depth", 1, 1, MaxDepth),
            values.Number("--secs", 5, 0.1, MaxSeconds),
            values.Has("--pid") ? values.Whole("--pid", 0, 1, int.MaxValue) : null)
        {
            WarmUp = values.Number("--warm", 1, 0.1, MaxSeconds),
            MessagesPerSecond = mode switch
            {
                Rate => values.Whole("--rate", 10_000, 1, 1_000_000),
                Dials or Attack => values.Whole("--rate", 200, 1, DialsLoad.MostPerSecond),
                _ => 0,
            },
            Disturbers = mode is Stalls or Spins or Flood ? values.Whole("--disturbers", 1, 1, 1000) : 0,
            StuckHandshakes = mode == TlsHandshakes ? values.Whole("--stuck-handshakes", 0, 0, 10_000) : 0,
            Attackers = AttackOptions.Parse(values, mode),
            Get = values.Text("--get"),
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
        if (options.Depth > 1 && (options.Mode == Rate || options.IsTls))
            throw new UsageException($"{options.Mode} sends one message at a time: no --depth.");
        if ((options.Size, options.Depth) != (64, 1) && options.Mode is Dials or Attack or Broadcast)
            throw new UsageException($"{options.Mode} is about messages of 64 bytes, one at a time: no --size, no --depth.");
        if (options.Get is { } path && !(path.StartsWith('/') && options is { Mode: PingPong or Rate, Size: 64, Depth: 1 }))
            throw new UsageException("--get takes a path such as /plaintext, is for pingpong and rate, and has no --size and no --depth.");
        if (options.Mode is Idle or Attack or TlsIdle && options.ProcessId is null)
            throw new UsageException($"{options.Mode} measures the server's memory: it needs --pid.");
        if (options.Mode is Dials or Attack or Broadcast && options.EndPoint is not IPEndPoint)
            throw new UsageException($"{options.Mode} connects from addresses of its own: it needs --port.");
        if (options.ProcessId is { } id && !Directory.Exists($"/proc/{id}"))
            throw new UsageException($"There is no process {id}.");
        return options;
    }
}
