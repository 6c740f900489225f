namespace Net.Async;

public abstract partial class Server
{
    /// <summary>One handler with its connection, from its start to the connection's end. What a waiting handler keeps is one object and one state machine.</summary>
    private sealed class HandlerRun(Server server, Func<Connection, CancellationToken, Task> handler, Connection connection, HandlerSlots running) : IThreadPoolWorkItem
    {
        public void Execute() => _ = RunAsync();

        private async Task RunAsync()
        {
            Exception? failure;
            try
            {
                var handling = handler(connection, server.Stopping);
                // A peer's reset is everyday: its exception is not thrown once more for us.
                await handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                failure = FailureOf(handling);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            if (failure is not null)
                Fail(failure);
            await EndAsync().ConfigureAwait(false);
            running.Release();
            if (Interlocked.Decrement(ref server._handlers) == 0)
                server.TellIfIdle();
        }

        private static Exception? FailureOf(Task handling)
        {
            if (!handling.IsCanceled)
                return handling.Exception?.InnerException;
            try
            {
                handling.GetAwaiter().GetResult();
                return null;
            }
            catch (OperationCanceledException exception)
            {
                return exception;
            }
        }

        private void Fail(Exception failure)
        {
            // A handler that a stop has ended did what it was asked to: its connection closes in order. What the deadline has aborted is counted there.
            if (connection.CloseReason?.Exception is StopDeadlineException || (failure is OperationCanceledException && server.Stopping.IsCancellationRequested))
                return;
            // Counted before the peer can see it, reported after: the callback may take its time.
            Interlocked.Increment(ref server._handlerFailures);
            connection.Abort(failure);
            server.Report(connection, failure);
        }

        private async Task EndAsync()
        {
            try
            {
                // The handler was the holder of both ends: what it left in its hands comes back.
                connection.Input.Complete();
                connection.Output.Complete();
                await connection.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Interlocked.Increment(ref server._handlerFailures);
                server.Report(connection, exception);
            }
        }
    }
}
