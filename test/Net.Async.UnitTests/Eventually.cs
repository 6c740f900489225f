using System.Diagnostics;

namespace Net.Async.Tests;

/// <summary>Waits, bounded, for what another thread or the kernel does in its own time.</summary>
public static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task IsAsync(Func<bool> condition, string what) => IsAsync(condition, () => what);

    public static async Task IsAsync(Func<bool> condition, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Limit)
                Assert.Fail($"Not within {Limit.TotalSeconds} s: {what()}");
            await Task.Delay(1);
        }
    }

    /// <summary>The task's outcome, or a failure when it takes too long.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(Limit);

    /// <summary>Completes when the token fires.</summary>
    public static async Task FiresAsync(string what, CancellationToken token)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = token.UnsafeRegister(_ => fired.TrySetResult(), null);
        try
        {
            await fired.Task.WaitAsync(Limit, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Not within {Limit.TotalSeconds} s: {what}");
        }
    }
}
