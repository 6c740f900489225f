namespace Net.Async;

/// <summary>Who accepted a connection: asked whether to finish, told when it has ended.</summary>
internal interface IConnectionOwner
{
    CancellationToken Stopping { get; }

    void OnClosed(Connection connection);
}
