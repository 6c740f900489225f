using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>getaddrinfo through the base class library. It cannot be cancelled and holds a thread: one of its own, so that the pool's stay free, and equal look-ups in flight share it.</summary>
internal sealed class SystemResolver : Resolver
{
    private const int MostThreads = 64;

    private static readonly SemaphoreSlim s_threads = new(MostThreads);

    private readonly ConcurrentDictionary<(string Host, AddressFamily Family), Lazy<Task<ResolveResult>>> _inFlight = new();

    public override bool SkipsUnroutableFamilies => true;

    public override async ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var lookup = _inFlight.GetOrAdd((query.Host, query.Family), key => new(() => LookUpAsync(key)));
        return await lookup.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<ResolveResult> LookUpAsync((string Host, AddressFamily Family) key)
    {
        try
        {
            return new ResolveResult(await AskAsync(key.Host, key.Family).ConfigureAwait(false));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.NoData)
        {
            return ResolveResult.Empty;
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("resolve", new DnsEndPoint(key.Host, 0, key.Family), exception);
        }
        finally
        {
            _inFlight.TryRemove(key, out _);
        }
    }

    // On the pool two silent name servers would stop the timers and cancellations of a machine with one core.
    private static async Task<IReadOnlyList<IPAddress>> AskAsync(string host, AddressFamily family)
    {
        await s_threads.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Factory.StartNew(() => Dns.GetHostAddresses(host, family),
                CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            s_threads.Release();
        }
    }
}
