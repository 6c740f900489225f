using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>Starts and stops all servers of a host.</summary>
/// <remarks>
/// Clients are let in when every hosted service has started, and the servers have stopped before the first of them stops: a handler may use any of them.
/// </remarks>
internal sealed class ServersService(IEnumerable<HostedServer> servers, IHostApplicationLifetime lifetime, IOptions<HostOptions> options, TimeProvider time, UnreadSections sections) : IHostedLifecycleService, IAsyncDisposable, IDisposable
{
    // What an unbind may take of the time of a stop: it waits for clients that are being upgraded.
    private const int UnbindShare = 4;

    private readonly ServerRun[] _runs = [.. servers.Select(static server => server.Run)];
    private bool _hasReported;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        sections.Report();
        foreach (var run in _runs)
            await run.ListenAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var run in _runs)
            run.Serve(OnFailed);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => StopAllAsync(options.Value.ShutdownTimeout, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Only where no notice of the stop came before it.
        await StopAllAsync(options.Value.ShutdownTimeout, cancellationToken).ConfigureAwait(false);
        // Not before all have stopped: the program ends with it, and its exit code says so.
        if (options.Value.BackgroundServiceExceptionBehavior == BackgroundServiceExceptionBehavior.StopHost && TakeFailures() is { Length: > 0 } failures)
            throw new AggregateException("A server's listening failed for good.", failures);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Where the start failed there is no stop.
    public async ValueTask DisposeAsync() => await StopAllAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);

    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private async Task StopAllAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var limit = ShutdownLimit.Of(timeout);
        await Task.WhenAll(_runs.Select(run => run.UnbindAsync(limit / UnbindShare, time, cancellationToken))).ConfigureAwait(false);
        var elapsed = time.GetElapsedTime(began);
        var left = elapsed < limit ? limit - elapsed : TimeSpan.Zero;
        await Task.WhenAll(_runs.Select(run => run.StopAsync(left, time, cancellationToken))).ConfigureAwait(false);
    }

    // A stop that is repeated says it once.
    private Exception[] TakeFailures() => Interlocked.Exchange(ref _hasReported, true) ? [] : [.. _runs.Where(static run => run.Server is not null).Select(static run => run.Failure).OfType<Exception>()];

    private void OnFailed()
    {
        if (options.Value.BackgroundServiceExceptionBehavior == BackgroundServiceExceptionBehavior.StopHost)
            lifetime.StopApplication();
    }
}
