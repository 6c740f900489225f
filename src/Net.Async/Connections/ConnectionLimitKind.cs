namespace Net.Async;

/// <summary>Which limit turned a client away, or ended a connection.</summary>
public enum ConnectionLimitKind
{
    /// <summary>The server has as many connections as it may (<see cref="Server.MaxConnections"/>).</summary>
    MaxConnections,

    /// <summary>The client's address, an IPv4 /32, has as many connections as it may.</summary>
    ConnectionsPerAddress,

    /// <summary>The client's network, an IPv4 /24 or an IPv6 /64, has as many connections as it may.</summary>
    ConnectionsPerNetwork,

    /// <summary>More clients came within a second than the server accepts.</summary>
    AcceptRate,

    /// <summary>The client sent no byte in time.</summary>
    FirstByte,

    /// <summary>No byte moved, either way, for too long.</summary>
    Idle,

    /// <summary>The peer sends the rest of a message too slowly.</summary>
    ReceiveRate,

    /// <summary>The peer took no byte of what was sent for too long.</summary>
    WriteStall,

    /// <summary>The peer takes what was sent too slowly.</summary>
    SendRate,

    /// <summary>The connections of the server together hold as many unsent bytes as they may.</summary>
    TotalUnflushed,
}
