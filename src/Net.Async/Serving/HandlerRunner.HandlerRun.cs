namespace Net.Async;

internal sealed partial class HandlerRunner
{
    /// <summary>One handler with its connection, from its start to the connection's end. What a waiting handler keeps is one object and one state machine.</summary>
    private sealed class HandlerRun(HandlerRunner runner, Connection connection) : IThreadPoolWorkItem
    {
        public void Execute() => _ = RunAsync();

        private async Task RunAsync()
        {
            Exception? failure;
            try
            {
                var handling = runner._handler(connection, runner._stopping);
                // A peer's reset is everyday: its exception is not thrown once more for us.
                await handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                failure = FailureOf(handling);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            if (failure is not null)
                runner.OnFailed(connection, failure);
            await EndAsync(hasFailed: failure is not null).ConfigureAwait(false);
            runner.OnEnded();
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

        private async Task EndAsync(bool hasFailed)
        {
            try
            {
                // The handler was the holder of both ends: what it left in its hands comes back.
                connection.Input.Complete();
                connection.Output.Complete();
                await connection.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (hasFailed)
            {
                // The handler's failure was reported, and this may follow from it.
                NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            }
            catch (Exception exception)
            {
                runner.OnFailed(connection, exception);
            }
        }
    }
}
