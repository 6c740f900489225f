namespace Net.Async;

/// <summary>Who accepted a connection: asked whether to finish, notified when it has ended.</summary>
internal interface IConnectionOwner
{
    CancellationToken Stopping { get; }

    void OnClosed(Connection connection);

    /// <summary>A limit of its own is about to end the connection. Called once at most, before its end is reported.</summary>
    void OnLimitReached(Connection connection, ConnectionLimitKind limit);
}
