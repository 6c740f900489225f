using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Connects to whichever address of a host answers first, as RFC 8305 says: both families looked up at once, attempts started one after the other, none ended for being slow.</summary>
/// <remarks>
/// A dead address costs its delay (250 ms), not a time-out of minutes. Addresses, paths and pipes are connected to directly.
/// A local failure (no route) costs nothing. When one attempt wins, the others' sockets are closed before the connect returns.
/// </remarks>
public sealed class HappyEyeballsConnector : Connector
{
    private readonly HappyEyeballsOptions _options;
    private readonly PlainConnector _plain;

    /// <summary>Makes a connector. It keeps nothing between connects.</summary>
    /// <param name="options">Null for the defaults.</param>
    public HappyEyeballsConnector(HappyEyeballsOptions? options = null)
    {
        _options = options ?? HappyEyeballsOptions.Default;
        _plain = new PlainConnector(_options.Connection, _options.Resolver, _options.ConnectTimeout);
    }

    /// <summary>Connects.</summary>
    /// <param name="endPoint">A <see cref="DnsEndPoint"/> is raced; everything else is connected to directly.</param>
    /// <param name="cancellationToken">Ends everything at once; nothing stays open, and nothing more is sent.</param>
    /// <exception cref="ArgumentException">The end point is of a kind that no transport here knows.</exception>
    /// <exception cref="ConnectException">No address answered, the host has none, or the time limit passed (<see cref="ConnectionError.TimedOut"/>).</exception>
    /// <exception cref="ConnectionException">The one address did not answer.</exception>
    public override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return NameOf(ref endPoint) is { } name ? RaceAsync(name, cancellationToken) : _plain.ConnectAsync(endPoint, cancellationToken);
    }

    /// <summary>Connects, and counts as connected only what could be established too: a TLS session, a greeting.</summary>
    /// <typeparam name="T">What is established.</typeparam>
    /// <param name="endPoint">As for the other overload.</param>
    /// <param name="establish">
    /// What has to succeed on a connection for its attempt to win. It may run on several connections at once, and all but one are closed afterwards:
    /// only what may be repeated belongs here. Its token is cancelled when another attempt has won. A connection on which it fails is aborted.
    /// </param>
    /// <param name="cancellationToken">Ends everything at once; nothing stays open.</param>
    /// <returns>What the winner established.</returns>
    /// <exception cref="ArgumentException">The end point is of a kind that no transport here knows.</exception>
    /// <exception cref="ConnectException">On no address of the host could it be established, or the time limit passed.</exception>
    public async Task<T> ConnectAsync<T>(EndPoint endPoint, Func<Connection, CancellationToken, ValueTask<T>> establish, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(establish);
        if (NameOf(ref endPoint) is { } name)
        {
            var run = new RaceRun(_options, name, async (connection, token) => await establish(connection, token).ConfigureAwait(false));
            return (T)(await run.RunAsync(cancellationToken).ConfigureAwait(false)).Result!;
        }

        var connection = await _plain.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
        try
        {
            return await establish(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            connection.Abort(exception);
            throw;
        }
    }

    private async Task<Connection> RaceAsync(DnsEndPoint name, CancellationToken cancellationToken) =>
        (await new RaceRun(_options, name, establish: null).RunAsync(cancellationToken).ConfigureAwait(false)).Connection!;

    // The name to race; null when there is nothing to look up, and the end point is the literal address.
    private static DnsEndPoint? NameOf(ref EndPoint endPoint)
    {
        if (endPoint is not DnsEndPoint name)
            return null;
        if (HostAddresses.Literal(name.Host) is { } literal)
        {
            endPoint = new IPEndPoint(literal, name.Port);
            return null;
        }

        return HostNames.Check(name.Host, out var problem) ? name : throw new ArgumentException($"'{name.Host}' is not a host: {problem}.", nameof(endPoint));
    }

    /// <summary>The families to look up, the preferred one first.</summary>
    internal static IReadOnlyList<AddressFamily> FamiliesOf(HappyEyeballsOptions options, DnsEndPoint name)
    {
        var only = name.AddressFamily != AddressFamily.Unspecified ? name.AddressFamily : options.Family;
        if (only != AddressFamily.Unspecified)
            return [only];
        return options.PreferredFamily == AddressFamily.InterNetworkV6
            ? [AddressFamily.InterNetworkV6, AddressFamily.InterNetwork]
            : [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];
    }
}
