using System.Diagnostics;
using System.Globalization;
using Net.Async;

namespace Workers;

/// <summary>A worker as its parent sees it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly HandleChannel _channel;
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Func<Connection, ValueTask> _back;
    private readonly Action _onReport;
    private TaskCompletionSource<Counts>? _asked;

    private WorkerProcess(HandleChannel channel, Process process, Func<Connection, ValueTask> back, Action onReport)
    {
        (_channel, _process, _back, _onReport) = (channel, process, back, onReport);
        _reading = ReadAsync();
    }

    public int Id => _process.Id;

    /// <summary>How many connections it has, by its last report.</summary>
    public int Open { get; private set; }

    public static WorkerProcess Start(int limit, Func<Connection, ValueTask> back, Action onReport)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        // Run as "dotnet Workers.dll", the program is dotnet and the first argument ours.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(WorkerProcess).Assembly.Location);
        start.ArgumentList.Add("worker");
        start.ArgumentList.Add(limit.ToString(CultureInfo.InvariantCulture));
        var channel = HandleChannel.StartChild(start, out var process);
        return new WorkerProcess(channel, process, back, onReport);
    }

    public Task GiveAsync(Connection connection) => _channel.SendAsync(connection);

    public Task GiveAsync(Server server) => _channel.SendAsync(server);

    /// <summary>Asks for its counts.</summary>
    public async Task<Counts> AskAsync()
    {
        _asked = new TaskCompletionSource<Counts>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _channel.SendAsync("counts?"u8.ToArray());
        return await _asked.Task.WaitAsync(s_patience);
    }

    /// <summary>Ends it: by the channel's end, and if it does not hear that, by force.</summary>
    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _reading;
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var received in _channel.ReceiveAllAsync())
            {
                using (received)
                    await OnAsync(received);
            }
        }
        catch (ConnectionException)
        {
            // This side has closed the channel, or the worker has died: sending to it says so.
        }
    }

    private async Task OnAsync(ReceivedHandle received)
    {
        if (received.Kind == HandleKind.Connection)
        {
            await _back(received.ToConnection());
            return;
        }

        var counts = Counts.Read(received.Payload.Span);
        Open = counts.Open;
        _asked?.TrySetResult(counts);
        _onReport();
    }
}
