namespace Net.Async.Tests.Contract;

/// <summary>The work of one handler that takes longer than its server's stop, until the test lets it end.</summary>
internal sealed class StopWork : IDisposable
{
    private readonly ManualResetEventSlim _unblocked = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _clientEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Bytes that the connection has taken from the handler.</summary>
    public long Written { get; set; }

    /// <summary>The handler has read its client's end.</summary>
    public Task ClientEnded => _clientEnded.Task;

    /// <summary>The handler holds its thread.</summary>
    public Task Blocked => _blocked.Task;

    public void Block()
    {
        _blocked.SetResult();
        _unblocked.Wait();
    }

    public Task ContinueAfterTheEndAsync(CancellationToken token)
    {
        _clientEnded.SetResult();
        return _done.Task.WaitAsync(token);
    }

    public void End()
    {
        _done.TrySetResult();
        _unblocked.Set();
    }

    /// <summary>Ends it first: a test that has failed leaves no thread behind.</summary>
    public void Dispose()
    {
        End();
        _unblocked.Dispose();
    }
}
