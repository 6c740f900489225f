using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What the engine sets on a socket before anything is sent.</summary>
internal readonly record struct IoSettings(bool NoDelay, bool CurrentUserOnly, bool DualStack)
{
    /// <summary>The address to connect from; null leaves it to the routing table.</summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>The user's own options, set after ours and before the connect; sockets only.</summary>
    public Action<Socket, EndPoint>? Configure { get; init; }
}
