namespace Net.Async;

/// <summary>Cancelling where users' callbacks hang on the token: they may block or throw, and this side does not wait for that.</summary>
internal static class Unwatched
{
    /// <summary>A source to cancel so. It is never disposed: the callbacks run later, and a dispose before that drops them. Without a timer there is nothing to free.</summary>
    public static CancellationTokenSource NewSource() => new();

    public static void CancelWithoutWaiting(this CancellationTokenSource source) =>
        source.CancelAsync().ContinueWith(static task => NetAsyncEventSource.Log.CallbackFailed(task.Exception!.ToString()),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
