using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;

namespace Net.Async.Tests.Kestrel;

/// <summary>Where a row is played once, on one transport: its apps and clients, and what was observed.</summary>
internal sealed class Stage(string transport, LogRule logs) : IAsyncDisposable
{
    private readonly List<string> _lines = [];
    private readonly ConcurrentStack<IAsyncDisposable> _owned = []; // clients may be dialled side by side
    private readonly List<(KestrelApp App, int Position, int Accepted)> _apps = [];
    private readonly List<string> _paths = [];
    private int _dialled;

    public string Transport => transport;

    /// <summary>Writes down what was seen; the order counts.</summary>
    public void Say(string what, object? value)
    {
        var line = $"{what}: {Convert.ToString(value, CultureInfo.InvariantCulture)}";
        lock (_lines)
            _lines.Add(line);
    }

    public void Say(FlushResult result) => Say("flush", string.Create(CultureInfo.InvariantCulture, $"completed {result.IsCompleted}, cancelled {result.IsCanceled}"));

    /// <summary>The app that rows share: its log is read from here on.</summary>
    public async Task<KestrelApp> SharedAsync()
    {
        var app = await SharedApps.GetAsync(transport);
        if (!_apps.Exists(known => known.App == app))
            _apps.Add((app, app.Log.Length, app.Log.Counts.Accepted));
        return app;
    }

    /// <summary>An app of the row's own.</summary>
    public async Task<KestrelApp> StartAsync(Setup setup)
    {
        var app = await KestrelApp.StartAsync(transport, setup);
        _apps.Add((app, 0, 0));
        return Own(app);
    }

    /// <summary>An app on both loopback addresses. It takes a number, and another process may take the same meanwhile.</summary>
    public async Task<KestrelApp> StartLocalhostAsync()
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var port = Ports.Free();
                return await StartAsync(new Setup { Kestrel = kestrel => kestrel.ListenLocalhost(port), Map = Site.Map });
            }
            catch (IOException) when (i < 10)
            {
                // Taken.
            }
        }
    }

    /// <summary>A path for a Unix socket; what is there at the row's end is removed.</summary>
    public string NewPath()
    {
        var path = Path.Combine(Path.GetTempPath(), $"netasync-{Guid.NewGuid():N}");
        _paths.Add(path);
        return path;
    }

    /// <summary>Disposed at the row's end, the last first.</summary>
    public T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    public async Task<RawClient> DialAsync(EndPoint endPoint, int receiveBuffer = 0)
    {
        var client = await RawClient.DialAsync(endPoint, receiveBuffer);
        Interlocked.Increment(ref _dialled);
        return Own(client);
    }

    /// <summary>What was observed, after every client has left and Kestrel has said its last word.</summary>
    public async Task<string> EndAsync()
    {
        while (_owned.TryPeek(out var owned) && owned is not KestrelApp && _owned.TryPop(out owned))
            await owned.DisposeAsync().Soon();
        foreach (var (app, _, accepted) in _apps)
            await app.QuietAsync(_apps.Count == 1 ? accepted + _dialled : 0);
        // Before the apps end: what a stop says of a connection that has just ended depends on who is faster.
        return string.Join('\n', [.. _lines, .. _apps.SelectMany(app => OfLog(app.App, app.Position, app.Accepted))]);
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync().Soon();
        _paths.ForEach(File.Delete);
    }

    private IEnumerable<string> OfLog(KestrelApp app, int position, int accepted) => logs switch
    {
        LogRule.Free => [],
        LogRule.SameLines => app.Log.LinesFrom(position).Select(static line => line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]).Order(StringComparer.Ordinal),
        _ => app.Log.LinesFrom(position).Prepend($"connections: {app.Log.Counts.Accepted - accepted}"),
    };
}
