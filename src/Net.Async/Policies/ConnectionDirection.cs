namespace Net.Async;

/// <summary>Which side makes a connection.</summary>
public enum ConnectionDirection
{
    /// <summary>This side connects: the end point is the destination.</summary>
    Outbound,

    /// <summary>The peer has connected: the end point is the peer's.</summary>
    Inbound,
}
