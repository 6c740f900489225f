namespace Net.Async;

/// <summary>What becomes of clients while a server has <see cref="Server.MaxConnections"/>.</summary>
public enum WhenFull
{
    /// <summary>They are accepted and closed at once, counted (<see cref="Server.Dropped"/>) and told to <see cref="ServerOptions.OnDropped"/>: they learn that there is no room.</summary>
    Drop,

    /// <summary>Nobody is accepted: they wait in the kernel's queue (<see cref="ServerOptions.Backlog"/>) until a connection ends.</summary>
    Wait,
}
