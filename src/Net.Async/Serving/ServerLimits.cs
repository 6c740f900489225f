using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The limits of a server that faces the public, beside <see cref="ServerOptions.MaxConnections"/>. A client beyond one of them is turned away as from a full server.</summary>
public sealed record ServerLimits
{
    /// <summary>How many connections one IPv4 address (/32) may have. Peers of a dual-stack listener count as IPv4.</summary>
    /// <value>Default: null, no limit; at least 1. Several users behind one address translator share it.</value>
    public int? ConnectionsPerIPv4Address { get; set => field = Check(value); }

    /// <summary>How many connections one IPv4 network of 256 addresses (/24) may have.</summary>
    /// <value>Default: null, no limit; at least 1.</value>
    public int? ConnectionsPerIPv4Network { get; set => field = Check(value); }

    /// <summary>How many connections one IPv6 network (/64) may have: what one subscriber gets, in which every address costs nothing (RFC 6177).</summary>
    /// <value>Default: null, no limit; at least 1.</value>
    public int? ConnectionsPerIPv6Network { get; set => field = Check(value); }

    /// <summary>How many clients are accepted a second. Beyond it clients are dropped, or wait in the kernel, as <see cref="ServerLimits.FullMode"/> says.</summary>
    /// <value>Default: null, no limit; at least 1.</value>
    public int? AcceptsPerSecond { get; set => field = Check(value); }

    /// <summary>How many clients may come at once before <see cref="AcceptsPerSecond"/> counts.</summary>
    /// <value>Default: null, as many as a second; at least 1.</value>
    public int? AcceptBurst { get; set => field = Check(value); }

    /// <summary>How many bytes all connections of the server together may have written that the kernel has not taken. The write that passes it fails, and its connection is aborted (<see cref="ConnectionLimitKind.TotalUnflushed"/>).</summary>
    /// <value>Default: null, no limit; at least 64 KiB.</value>
    public long? MaxUnflushedBytes
    {
        get;
        set => field = value is null or >= 65536
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxUnflushedBytes), value, $"{nameof(MaxUnflushedBytes)} must be null for no limit, or at least 65536 bytes.");
    }

    /// <summary>What happens to clients while there are <see cref="ServerOptions.MaxConnections"/>; <see cref="Server.FullMode"/> changes it later.</summary>
    /// <value>Default: <see cref="ServerFullMode.Drop"/>.</value>
    public ServerFullMode FullMode { get; set => field = CheckFullMode(value, nameof(FullMode)); }

    /// <summary>Resets dropped clients, where the transport can, instead of closing: the kernel forgets them at once.</summary>
    /// <value>Default: false.</value>
    public bool DropWithReset { get; set; }

    /// <summary>A line for a client that is turned away by a limit: asked for each, sent without a wait before the close. What the client's kernel does not take at once is lost; nothing is said where <see cref="ServerLimits.DropWithReset"/> is set.</summary>
    /// <value>Default: null, no line is sent; at most 1 KiB. It must return quickly. Where it throws or returns more, no line is sent, and the reason is reported to the event source.</value>
    public Func<ConnectionLimitKind, ReadOnlyMemory<byte>>? Farewell { get; set; }

    /// <summary>Values for a server that faces the public, a new object each time: 100 connections an IPv4 address, 1,000 an IPv4 /24, 200 an IPv6 /64, 1,000 accepts a second, 256 MiB unflushed.</summary>
    public static ServerLimits Public() => new()
    {
        ConnectionsPerIPv4Address = 100,
        ConnectionsPerIPv4Network = 1000,
        ConnectionsPerIPv6Network = 200,
        AcceptsPerSecond = 1000,
        MaxUnflushedBytes = 256 * 1024 * 1024,
    };

    internal static ServerFullMode CheckFullMode(ServerFullMode value, string name) => value is ServerFullMode.Drop or ServerFullMode.Wait
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be Drop or Wait.");

    private static int? Check(int? value, [CallerMemberName] string name = "") => value is null or >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be null for no limit, or at least 1.");
}
