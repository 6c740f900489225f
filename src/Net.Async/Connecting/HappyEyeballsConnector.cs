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
        if (endPoint is not DnsEndPoint name)
            return _plain.ConnectAsync(endPoint, cancellationToken);
        if (HostAddresses.Literal(name.Host) is { } literal)
            return _plain.ConnectAsync(new IPEndPoint(literal, name.Port), cancellationToken);
        if (!HostNames.Check(name.Host, out var problem))
            throw new ArgumentException($"'{name.Host}' is not a host: {problem}.", nameof(endPoint));
        return new RaceRun(_options, name).RunAsync(cancellationToken);
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
