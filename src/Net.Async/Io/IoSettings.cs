using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>How one end of a connection is made: the same for what is connected and what is accepted.</summary>
internal readonly record struct IoSettings(SocketTuning Tuning, bool CurrentUserOnly)
{
    /// <summary>Where to connect from; null, or its port 0, leaves that to the system.</summary>
    public EndPoint? Local { get; init; }

    /// <summary>Another name of the end point, which the kernel is given instead of it; null for its own.</summary>
    public EndPoint? DialAs { get; init; }

    /// <summary>The clock of what has to be tried again.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The user's own options, set after ours and before the connect; sockets only.</summary>
    public Action<Socket, EndPoint>? Configure { get; init; }
}
