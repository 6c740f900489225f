using Microsoft.AspNetCore.Connections;

namespace Net.Async;

/// <summary>Handlers of ASP.NET Core on a server of Net.Async, without Kestrel.</summary>
public static class ConnectionHandlerExtensions
{
    /// <summary>Runs the handler for every connection until the server stops, as <see cref="Server.ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/> does.</summary>
    /// <param name="server">The server.</param>
    /// <param name="handler">The handler, one object for all connections. The stop of the server aborts no connection at once: <see cref="BaseConnectionContext.ConnectionClosed"/> does not fire for it.</param>
    /// <param name="cancellationToken">Stops the server within <see cref="StopOptions.Timeout"/>, then throws.</param>
    /// <exception cref="ArgumentNullException">The server or the handler is null.</exception>
    /// <exception cref="InvalidOperationException">Another serve runs already, or the server was not started.</exception>
    /// <exception cref="ConnectionException">Listening failed for good.</exception>
    public static Task ServeAsync(this Server server, ConnectionHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return server.ServeAsync((ConnectionDelegate)handler.OnConnectedAsync, cancellationToken);
    }

    /// <summary>Runs a pipeline of middleware (<see cref="IConnectionBuilder.Build"/>) for every connection until the server stops.</summary>
    /// <param name="server">The server.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="cancellationToken">Stops the server within <see cref="StopOptions.Timeout"/>, then throws.</param>
    /// <exception cref="ArgumentNullException">The server or the pipeline is null.</exception>
    /// <exception cref="InvalidOperationException">Another serve runs already, or the server was not started.</exception>
    /// <exception cref="ConnectionException">Listening failed for good.</exception>
    public static Task ServeAsync(this Server server, ConnectionDelegate pipeline, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(pipeline);
        return server.ServeAsync((connection, _) => pipeline(connection.AsConnectionContext()), cancellationToken);
    }
}
