using System.Net;

namespace Net.Async;

/// <summary>Which servers are asked, and how: the user's choice, or the system's configuration.</summary>
internal sealed record ServerList(IReadOnlyList<IPEndPoint> Servers, TimeSpan Timeout, int Attempts)
{
    /// <summary>Each look-up starts at the next server.</summary>
    public bool Rotate { get; init; }

    /// <summary>Over TCP from the start, and each server once.</summary>
    public bool UseTcp { get; init; }

    /// <summary>A and AAAA one after the other.</summary>
    public bool SingleRequest { get; init; }

    /// <summary>With the AD bit.</summary>
    public bool WantsAuthentic { get; init; }

    /// <summary>The same servers, in the order in which one look-up asks them.</summary>
    public ServerList From(int offset) => this with { Servers = [.. Servers.Skip(offset % Servers.Count), .. Servers.Take(offset % Servers.Count)], Rotate = false };
}
