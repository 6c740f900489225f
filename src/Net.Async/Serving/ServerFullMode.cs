namespace Net.Async;

/// <summary>What happens to clients while a server has <see cref="Server.MaxConnections"/>.</summary>
public enum ServerFullMode
{
    /// <summary>They are accepted and closed at once, counted (<see cref="Server.Dropped"/>) and reported to <see cref="ServerOptions.OnDropped"/>: the client sees that the server is full.</summary>
    Drop,

    /// <summary>No client is accepted: they wait in the kernel's queue (<see cref="ListenerOptions.Backlog"/>) until a connection ends.</summary>
    Wait,
}
