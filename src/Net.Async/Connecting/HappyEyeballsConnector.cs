using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Connects to whichever address of a host answers first, as RFC 8305 says: both families looked up at once, attempts started one after the other, none ended for being slow.</summary>
/// <remarks>
/// A dead address costs its delay (250 ms), not a time-out of minutes. Addresses, paths and pipes are connected to directly.
/// A local failure (no route) costs nothing. When one attempt wins, the others' sockets are closed before the connect returns.
/// On Windows a refused connect takes about half a second to two seconds, since its kernel asks again; there the next attempt usually starts by its delay, not by the refusal.
/// </remarks>
public sealed partial class HappyEyeballsConnector : Connector
{
    private readonly HappyEyeballsOptions _options;
    private readonly ConnectMemory _memory;

    /// <summary>Makes a connector. Between connects it keeps only what <see cref="OutcomeMemoryOptions.RememberOutcomes"/> and <see cref="OutcomeMemoryOptions.AdaptiveDelay"/> ask for, and found NAT64 prefixes.</summary>
    /// <param name="options">Null for the defaults. They are copied.</param>
    public HappyEyeballsConnector(HappyEyeballsOptions? options = null)
    {
        _options = options is null ? new() : options with { };
        _memory = new ConnectMemory(_options);
    }

    /// <inheritdoc/>
    public override Task<Connection> ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectedAsync(HostEndPoint.Create(host, port, _options.Addresses.AllowLegacyIPv4), cancellationToken);

    /// <summary>Connects.</summary>
    /// <param name="endPoint">A <see cref="DnsEndPoint"/> is raced; everything else is connected to directly. Port 1 to 65535.</param>
    /// <param name="cancellationToken">Ends everything at once; nothing stays open, and nothing more is sent.</param>
    /// <exception cref="ArgumentException">The end point is of a kind that no transport here knows.</exception>
    /// <exception cref="ConnectionException">No address answered, the host has none, or the time limit passed (<see cref="ConnectionError.TimedOut"/>).</exception>
    /// <exception cref="ConnectionException">The one address did not answer, or the policy denies it (<see cref="ConnectionError.Denied"/>).</exception>
    public override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default) =>
        ConnectedAsync(HostEndPoint.Check(endPoint, _options.Addresses.AllowLegacyIPv4), cancellationToken);

    /// <summary>Connects, and counts as connected only what could be established too: a TLS session, a greeting.</summary>
    /// <typeparam name="T">What is established.</typeparam>
    /// <param name="endPoint">As for the other overload.</param>
    /// <param name="establish">
    /// What has to succeed on a connection for its attempt to win. It may run on several connections at once, and all but one are aborted afterwards, their results disposed:
    /// only what may be repeated belongs here. Its token is cancelled when another attempt has won. A connection on which it fails is aborted.
    /// </param>
    /// <param name="cancellationToken">Ends everything at once; nothing stays open.</param>
    /// <returns>What the winner established.</returns>
    /// <exception cref="ArgumentException">The end point is of a kind that no transport here knows.</exception>
    /// <exception cref="ConnectionException">On no address of the host could it be established, or the time limit passed.</exception>
    public Task<T> ConnectAsync<T>(EndPoint endPoint, Func<Connection, CancellationToken, ValueTask<T>> establish, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(establish);
        return EstablishedAsync(HostEndPoint.Check(endPoint, _options.Addresses.AllowLegacyIPv4), establish, cancellationToken);
    }

    /// <summary>Connects to a host and port, and counts as connected only what could be established too.</summary>
    /// <typeparam name="T">What is established.</typeparam>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="establish">As for the other overload.</param>
    /// <param name="cancellationToken">Ends everything at once; nothing stays open.</param>
    /// <returns>What the winner established.</returns>
    /// <exception cref="ArgumentException">The host is not valid, or the port is outside its bounds.</exception>
    /// <exception cref="ConnectionException">On no address of the host could it be established (<see cref="ConnectionError.EstablishFailed"/>, with the cause inside), or the time limit passed.</exception>
    public Task<T> ConnectAsync<T>(string host, int port, Func<Connection, CancellationToken, ValueTask<T>> establish, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(establish);
        return EstablishedAsync(HostEndPoint.Create(host, port, _options.Addresses.AllowLegacyIPv4), establish, cancellationToken);
    }

    /// <summary>Connects, and hands over the bare socket, blocking, for code that takes nothing else.</summary>
    /// <param name="endPoint">TCP, a Unix socket or a name; a pipe has no socket.</param>
    /// <param name="cancellationToken">Ends everything at once; nothing stays open.</param>
    /// <returns>The socket, yours to dispose.</returns>
    /// <exception cref="ArgumentException">The end point is of another kind.</exception>
    /// <exception cref="InvalidOperationException"><see cref="HappyEyeballsOptions.Tls"/> is set.</exception>
    /// <exception cref="ConnectionException">As for a connection.</exception>
    public Task<Socket> ConnectSocketAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        endPoint = HostEndPoint.Check(endPoint, _options.Addresses.AllowLegacyIPv4);
        if (_options.Tls is not null)
            throw new InvalidOperationException($"{nameof(HappyEyeballsOptions.Tls)} is set, and a bare socket has no TLS.");
        return endPoint is NamedPipeEndPoint
            ? throw new ArgumentException($"{NetEndPoint.Format(endPoint)} is a pipe, which has no socket.", nameof(endPoint))
            : SocketAsync(endPoint, cancellationToken);
    }

    private async Task<Connection> ConnectedAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var (winner, attempts) = await RunAsync(endPoint, null, cancellationToken).ConfigureAwait(false);
        return StreamConnection.Open(winner.Stream!, _options.Connection, attempts);
    }

    private async Task<T> EstablishedAsync<T>(EndPoint endPoint, Func<Connection, CancellationToken, ValueTask<T>> establish, CancellationToken cancellationToken)
    {
        var (winner, _) = await RunAsync(endPoint, async (connection, token) => await establish(connection, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return (T)winner.Result!;
    }

    private async Task<Socket> SocketAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var (winner, _) = await RunAsync(endPoint, null, cancellationToken).ConfigureAwait(false);
        var socket = winner.Stream!.Detach()!;
        socket.Blocking = true;
        return socket;
    }
}
