using System.Threading.Channels;

namespace Net.Async;

/// <summary>Waits for the next change of a file, or for a time to pass.</summary>
internal sealed class FileChanges : IDisposable
{
    // A writer changes a file several times: its last change counts.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(250);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly FileSystemWatcher? _watcher;

    private FileChanges(FileSystemWatcher? watcher) => _watcher = watcher;

    /// <summary>Watches the file, or nothing.</summary>
    /// <exception cref="IOException">The system has no watch left.</exception>
    /// <exception cref="ArgumentException">There is no such directory.</exception>
    public static FileChanges Watch(string? path)
    {
        if (path is null)
            return new(null);
        var full = Path.GetFullPath(path);
        var watcher = new FileSystemWatcher(Path.GetDirectoryName(full)!, Path.GetFileName(full)) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
        var changes = new FileChanges(watcher);
        watcher.Changed += (_, _) => changes.OnChange();
        watcher.Created += (_, _) => changes.OnChange();
        watcher.Renamed += (_, _) => changes.OnChange();
        try
        {
            watcher.EnableRaisingEvents = true;
            return changes;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }
    }

    /// <summary>Returns after the time, or sooner when the file has changed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WaitAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = Task.Delay(time, clock, over.Token);
        var change = _changes.Reader.WaitToReadAsync(over.Token).AsTask();
        var first = await Task.WhenAny(delay, change).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == change)
            await Task.Delay(s_settle, clock, cancellationToken).ConfigureAwait(false);
        _changes.Reader.TryRead(out _);
        await over.CancelAsync().ConfigureAwait(false);
    }

    public void Dispose() => _watcher?.Dispose();

    private void OnChange() => _changes.Writer.TryWrite(true);
}
