namespace Net.Async.Tests;

/// <summary>Base of every test that opens something: at its end nothing of its own is left, neither descriptors nor blocks.</summary>
public abstract class LeakCheck : IAsyncLifetime
{
    private long _blocks;
    private int _descriptors;

    public virtual Task InitializeAsync()
    {
        // So does the listener for network changes.
        _ = NetworkEpoch.Current;
        // The socket engine and the standard streams open theirs on first use, once.
        _ = Warm.Value;
        _blocks = BlockPool.Shared.Rented;
        _descriptors = Descriptors();
        return Task.CompletedTask;
    }

    public virtual async Task DisposeAsync()
    {
        await Eventually.IsAsync(() => BlockPool.Shared.Rented <= _blocks, () => $"{BlockPool.Shared.Rented - _blocks} blocks are still rented");
        await Eventually.IsAsync(() => Descriptors() <= _descriptors, () => $"{Descriptors() - _descriptors} descriptors are still open: {string.Join(", ", Targets())}");
    }

    /// <summary>Open descriptors that are sockets.</summary>
    protected static int Descriptors() => Targets().Count;

    private static readonly Lazy<bool> Warm = new(() =>
    {
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        using var client = new System.Net.Sockets.TcpClient();
        client.ConnectAsync((System.Net.IPEndPoint)server.LocalEndpoint).GetAwaiter().GetResult();
        return true;
    });

    private static List<string> Targets()
    {
        var targets = new List<string>();
        if (!OperatingSystem.IsLinux())
            return targets;
        foreach (var descriptor in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name is { } target && target.StartsWith("socket:", StringComparison.Ordinal))
                    targets.Add(target);
            }
            catch (IOException)
            {
                // The descriptor of the enumeration itself has gone.
            }
        }

        return targets;
    }
}
