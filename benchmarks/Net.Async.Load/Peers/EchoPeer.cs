using System.Net;
using Net.Async.HostLoad;

namespace Net.Async.Load;

/// <summary>An echo server to measure: sends back what it receives until the client ends, then ends too.</summary>
/// <remarks>All peers listen with the same backlog, send small segments at once, and log nothing.</remarks>
internal abstract class EchoPeer : IAsyncDisposable
{
    public const int Backlog = 511;

    // The peers that are not ours have no bound on handlers; ours must not be the ones that queue.
    protected const int MaxHandlers = 20_000;

    public static IReadOnlyList<string> Names { get; } = ["net-async", "socket", "stream", "kestrel", "net-async-stalls", "kestrel-stalls", "net-async-public", "net-async-public-one-address", "net-async-broadcast", "net-async-tls", "stream-tls", "kestrel-tls"];

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public abstract EndPoint EndPoint { get; }

    /// <summary>What it counts, as <c>name=value</c>; nothing for most.</summary>
    public virtual string Counters => "";

    public static async Task<EchoPeer> StartAsync(string name, EndPoint endPoint) => name switch
    {
        "net-async" => new NetAsyncPeer(endPoint),
        "socket" => new SocketPeer(endPoint),
        "stream" => new StreamPeer(endPoint),
        "kestrel" => await KestrelPeer.StartAsync(endPoint),
        "net-async-stalls" => new NetAsyncPeer(endPoint, stalls: true),
        "kestrel-stalls" => await KestrelPeer.StartAsync(endPoint, stalls: true),
        "net-async-public" => new PublicPeer(endPoint),
        "net-async-public-one-address" => new PublicPeer(endPoint, limitsAddresses: false),
        "net-async-broadcast" => new BroadcastPeer(endPoint),
        "net-async-tls" => new NetAsyncPeer(endPoint, tls: new() { Certificate = Certificates.Server }),
        "stream-tls" => new TlsStreamPeer(endPoint),
        "kestrel-tls" => await KestrelPeer.StartAsync(endPoint, tls: Certificates.Server),
        _ => throw new ArgumentException($"There is no peer '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };

    public abstract ValueTask DisposeAsync();
}
