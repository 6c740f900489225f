using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Net.Async;

/// <summary>Sends systemd the state of the servers, and signs of life, from when the host has started until it has stopped.</summary>
internal sealed partial class SystemdStatusService(IServiceProvider services, IEnumerable<HostedServer> servers, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SystemdStatusService> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan s_statusInterval = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;
    private readonly HostedServer[] _servers = [.. servers];
    private readonly CancellationTokenSource _stop = new();
    private readonly ISystemdNotifier? _notifier = services.GetService<ISystemdNotifier>();
    private CancellationTokenRegistration _stopping;
    private Task _running = Task.CompletedTask;
    private string _status = "";

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_notifier is not { IsEnabled: true })
            return Task.CompletedTask;
        _stopping = lifetime.ApplicationStopping.Register(SendStatus);
        var watchdog = WatchdogInterval.Current;
        // The loop begins here, and the first status follows when all have started.
        _running = Task.WhenAll(RepeatAsync(s_statusInterval, SendStatus), watchdog is { } interval ? RepeatAsync(interval, SendWatchdog) : Task.CompletedTask);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        SendStatus();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Until the end: the servers may take long to stop, and the process must not be taken for dead meanwhile.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        SendStatus();
        await _stopping.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Cancel();

    private async Task RepeatAsync(TimeSpan interval, Action send)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            send();
    }

    private void SendStatus()
    {
        var text = string.Join("; ", _servers.Select(Describe));
        if (Interlocked.Exchange(ref _status, text) != text)
            Send($"STATUS={text}");
    }

    // A server that has failed for good is no sign of life.
    private void SendWatchdog()
    {
        if (!_servers.Any(static server => server.Status == HostedServerStatus.Failed))
            Send("WATCHDOG=1");
    }

    private void Send(string state)
    {
        try
        {
            if (_notifier is { IsEnabled: true })
                _notifier.Notify(new ServiceState(state));
        }
        catch (SocketException exception)
        {
            NotSent(exception, state);
        }
    }

    // One line: a line break would begin another variable.
    private static string Describe(HostedServer server) => server.Run.Server is { } running
        ? $"{server.Name}: {server.Status} on {string.Join(", ", running.LocalEndPoints.Select(NetEndPoint.Format))}, {running.ConnectionCount} connections".ReplaceLineEndings(" ")
        : $"{server.Name}: {server.Status}";

    [LoggerMessage(60, LogLevel.Warning, "systemd was not notified of {State}.")]
    private partial void NotSent(Exception exception, string state);
}
