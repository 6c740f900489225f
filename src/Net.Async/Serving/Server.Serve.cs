using System.Runtime.CompilerServices;

namespace Net.Async;

// Other shapes of a handler, and of the enumeration.
public sealed partial class Server
{
    /// <summary>As <see cref="ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/>, for a handler that finds the token of the stop in <see cref="Connection.Stopping"/>.</summary>
    /// <param name="handler">Gets the connection.</param>
    /// <param name="cancellationToken">Stops the server within <see cref="StopOptions.Timeout"/>, then throws.</param>
    /// <exception cref="InvalidOperationException">Another serve runs already, or the server was not started.</exception>
    /// <exception cref="ConnectionException">Listening failed for good.</exception>
    [OverloadResolutionPriority(1)] // An async lambda is a task.
    public Task ServeAsync(Func<Connection, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ServeAsync((connection, _) => handler(connection), cancellationToken);
    }

    /// <summary>As <see cref="ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/>, for a handler that returns a <see cref="ValueTask"/>.</summary>
    /// <param name="handler">Gets the connection, and the token that is cancelled when a stop begins.</param>
    /// <param name="cancellationToken">Stops the server within <see cref="StopOptions.Timeout"/>, then throws.</param>
    /// <exception cref="InvalidOperationException">Another serve runs already, or the server was not started.</exception>
    /// <exception cref="ConnectionException">Listening failed for good.</exception>
    public Task ServeAsync(Func<Connection, CancellationToken, ValueTask> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ServeAsync((connection, stopping) => handler(connection, stopping).AsTask(), cancellationToken);
    }

    /// <summary>As <see cref="ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/>, for a handler that returns a <see cref="ValueTask"/> and finds the token of the stop in <see cref="Connection.Stopping"/>.</summary>
    /// <param name="handler">Gets the connection.</param>
    /// <param name="cancellationToken">Stops the server within <see cref="StopOptions.Timeout"/>, then throws.</param>
    /// <exception cref="InvalidOperationException">Another serve runs already, or the server was not started.</exception>
    /// <exception cref="ConnectionException">Listening failed for good.</exception>
    public Task ServeAsync(Func<Connection, ValueTask> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ServeAsync((connection, _) => handler(connection).AsTask(), cancellationToken);
    }

    /// <summary>The connections, to enumerate: the same as enumerating the server itself.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>; the server continues to listen.</param>
    /// <exception cref="InvalidOperationException">The server was not started, or it is being served; thrown by the first step.</exception>
    public async IAsyncEnumerable<Connection> AcceptAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var connection in this.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return connection;
    }
}
