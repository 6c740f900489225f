using Microsoft.Extensions.Hosting;

namespace Net.Async;

/// <summary>Loads all block lists before the first hosted service starts, and keeps them up to date until the host stops.</summary>
internal sealed class BlockListsService(IEnumerable<HostedBlockList> lists) : IHostedLifecycleService, IDisposable
{
    private readonly BlockListRun[] _runs = [.. lists.Select(static list => list.Run)];
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_runs.Select(run => run.StartAsync(cancellationToken))).ConfigureAwait(false);
        _running = Task.WhenAll(_runs.Select(run => run.RunAsync(_stop.Token)));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Cancelled, not disposed: after a start that failed there is no stop, and the loops may look at the token still.
    public void Dispose() => _stop.Cancel();
}
