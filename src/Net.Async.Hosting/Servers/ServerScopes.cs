using Microsoft.Extensions.DependencyInjection;

namespace Net.Async;

/// <summary>Runs each handler from dependency injection in a scope of its own, and disposes the scope when the connection has ended.</summary>
/// <remarks>Not before: an answer may be on its way to the peer, and a dispose that fails must not make it a truncated one.</remarks>
internal sealed class ServerScopes(IServiceScopeFactory factory, ServerLog log)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _empty;
    private int _count;

    /// <summary>Completes when no scope is left.</summary>
    public Task Ended
    {
        get
        {
            lock (_lock)
                return _count == 0 ? Task.CompletedTask : (_empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public async Task HandleAsync<THandler>(Connection connection, CancellationToken stopping)
        where THandler : class, IConnectionHandler
    {
        var scope = factory.CreateAsyncScope();
        lock (_lock)
            _count++;
        try
        {
            await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(connection, stopping).ConfigureAwait(false);
        }
        finally
        {
            _ = DisposeAfterAsync(connection, scope);
        }
    }

    private async Task DisposeAfterAsync(Connection connection, AsyncServiceScope scope)
    {
        try
        {
            // The server closes the connection when the handler has returned.
            var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using (connection.Closed.UnsafeRegister(static closed => ((TaskCompletionSource)closed!).TrySetResult(), closed))
                await closed.Task.ConfigureAwait(false);
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            log.ScopeFailed(connection.ToString(), exception);
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_count > 0)
                return;
            _empty?.TrySetResult();
            _empty = null;
        }
    }
}
