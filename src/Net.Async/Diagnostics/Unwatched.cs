namespace Net.Async;

/// <summary>Cancelling where users' callbacks hang on the token: they may block or throw, and nobody here waits for that.</summary>
internal static class Unwatched
{
    public static void CancelUnwatched(this CancellationTokenSource source)
    {
        try
        {
            source.CancelAsync().ContinueWith(static task => NetAsyncEventSource.Log.CallbackFailed(task.Exception!.ToString()),
                CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
        catch (ObjectDisposedException)
        {
            // Whoever had the token has ended meanwhile.
        }
    }
}
