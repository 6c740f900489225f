namespace Net.Async;

/// <summary>Who accepted a connection: asked whether to finish, notified when it has ended.</summary>
internal interface IConnectionOwner
{
    CancellationToken Stopping { get; }

    void OnClosed(Connection connection);

    /// <summary>Another connection stands in the place of one that has given its transport away.</summary>
    /// <returns>False when the owner has ended, or has no such connection.</returns>
    bool TryReplace(Connection connection, Connection successor);

    /// <summary>A limit of its own is about to end the connection. Called once at most, before its end is reported.</summary>
    void OnLimitReached(Connection connection, ConnectionLimitKind limit);
}
