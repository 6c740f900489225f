using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>How one end of a connection is made: the same for what is connected and what is accepted.</summary>
internal readonly record struct IoSettings(SocketTuning Tuning, bool CurrentUserOnly)
{
    /// <summary>Where to connect from; null, or its port 0, leaves that to the system.</summary>
    public EndPoint? Local { get; init; }

    /// <summary>The user's own options, set after ours and before the connect; sockets only.</summary>
    public Action<Socket, EndPoint>? Configure { get; init; }
}
