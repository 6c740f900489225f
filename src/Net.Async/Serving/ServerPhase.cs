namespace Net.Async;

/// <summary>Where a server stands. It goes through the phases in this order, and may leave some out.</summary>
internal enum ServerPhase
{
    /// <summary>The addresses are reserved, and clients are refused.</summary>
    Bound,

    /// <summary>Clients are accepted.</summary>
    Listening,

    /// <summary>No client is accepted any more, and the connections continue.</summary>
    Unbound,

    /// <summary>The connections are asked to finish, or have finished.</summary>
    Stopping,
}
