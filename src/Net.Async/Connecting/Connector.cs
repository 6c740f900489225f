using System.Net;

namespace Net.Async;

/// <summary>Makes connections to end points.</summary>
/// <remarks>Derive from it to connect over another transport, or to decorate another connector.</remarks>
public abstract class Connector
{
    /// <summary>Connects.</summary>
    /// <param name="endPoint">Where to; a <see cref="DnsEndPoint"/> is looked up.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The end point is of a kind that this connector does not know.</exception>
    /// <exception cref="ConnectionException">No server answered there, or a time limit passed.</exception>
    public abstract Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default);

    /// <summary>Connects, and sends a header of the PROXY protocol before everything else: for a server that learns from it whose connection this is.</summary>
    /// <remarks>Behind a connector that makes TLS of its own the header is inside; where it must be in front, connect without TLS, and begin TLS on the connection.</remarks>
    /// <param name="endPoint">As for the other overload.</param>
    /// <param name="header">The header, <see cref="ProxyHeader.For"/> of an accepted connection for example.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="InvalidOperationException">The header cannot be written (<see cref="ProxyCodec.ToArray"/>); nothing was connected.</exception>
    /// <exception cref="ConnectionException">No server answered there, a time limit passed, or the header could not be sent.</exception>
    public Task<Connection> ConnectAsync(EndPoint endPoint, ProxyHeader header, CancellationToken cancellationToken = default) =>
        ConnectBehindAsync(endPoint, ProxyCodec.ToArray(header), cancellationToken);

    /// <summary>Connects to a host and port.</summary>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The host is none, or the port outside its bounds.</exception>
    /// <exception cref="ConnectionException">No server answered there, or a time limit passed.</exception>
    public virtual Task<Connection> ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(HostEndPoint.Create(host, port), cancellationToken);

    /// <summary>Connects to an end point as text.</summary>
    /// <param name="endPoint">One of the forms of <see cref="NetEndPoint"/>.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    /// <exception cref="ConnectionException">No server answered there, or a time limit passed.</exception>
    public Task<Connection> ConnectAsync(string endPoint, CancellationToken cancellationToken = default) =>
        ConnectAsync(NetEndPoint.Parse(endPoint ?? throw new ArgumentNullException(nameof(endPoint))), cancellationToken);

    private async Task<Connection> ConnectBehindAsync(EndPoint endPoint, byte[] header, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.SendAsync(header, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception exception)
        {
            connection.Abort(exception);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
