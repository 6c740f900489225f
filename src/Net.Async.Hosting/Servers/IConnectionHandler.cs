namespace Net.Async;

/// <summary>Serves the connections of a hosted server. The class is taken from dependency injection, in a scope of its own for each connection.</summary>
/// <remarks>It is registered as scoped unless the services have it already. The scope is disposed after the connection has ended.</remarks>
public interface IConnectionHandler
{
    /// <summary>Serves one connection, as a handler of <see cref="Server.ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/> does.</summary>
    /// <param name="connection">The connection. The server closes it when the task has ended, and aborts it when the task has failed.</param>
    /// <param name="stopping">Cancelled when the host begins to stop: the handler is to finish.</param>
    Task HandleAsync(Connection connection, CancellationToken stopping);
}
