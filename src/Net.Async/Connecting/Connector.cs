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
    /// <exception cref="ConnectionException">Nobody answered there, or a time limit passed.</exception>
    public abstract Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default);

    /// <summary>Connects to a host and port.</summary>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The host is none, or the port outside its bounds.</exception>
    /// <exception cref="ConnectionException">Nobody answered there, or a time limit passed.</exception>
    public virtual Task<Connection> ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(HostEndPoint.Create(host, port), cancellationToken);
}
