namespace Net.Async.Tests.Contract;

/// <summary>Two peers with a relay between them: what the left one sends arrives at the right one.</summary>
internal sealed class RelayPair : IAsyncDisposable
{
    private readonly Pair _left, _right;

    private RelayPair(Pair left, Pair right) => (_left, _right) = (left, right);

    /// <summary>The peers, which know nothing of the relay.</summary>
    public Connection Left => _left.Client;

    public Connection Right => _right.Accepted;

    /// <summary>The connections that are relayed: towards the left peer, and towards the right one.</summary>
    public Connection ToLeft => _left.Accepted;

    public Connection ToRight => _right.Client;

    public static async Task<RelayPair> ConnectAsync(string transport, ConnectionOptions? options = null) =>
        new(await Transport.Get(transport).ConnectPairAsync(options), await Transport.Get(transport).ConnectPairAsync(options));

    /// <summary>Starts the relay.</summary>
    public Task<RelayResult> RelayAsync(RelayOptions? options = null, CancellationToken cancellationToken = default) => ToLeft.RelayAsync(ToRight, options, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _left.DisposeAsync();
        await _right.DisposeAsync();
    }
}
