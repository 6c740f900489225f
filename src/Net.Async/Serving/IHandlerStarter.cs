namespace Net.Async;

/// <summary>Starts a handler for a connection, never on the caller's stack.</summary>
internal interface IHandlerStarter
{
    void Start(Connection connection);
}
