using System.Net;

namespace Net.Async;

public abstract partial class Connection
{
    /// <summary>Connects to whichever address of a host answers first (<see cref="HappyEyeballsConnector"/>, its defaults), within 30 s.</summary>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The host is not valid, or the port is outside its bounds.</exception>
    /// <exception cref="ConnectionException">The name has no address, no address answered, or the time limit passed.</exception>
    public static Task<Connection> ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Of(null).ConnectAsync(host, port, cancellationToken);

    /// <summary>Connects to whichever address of a host answers first (<see cref="HappyEyeballsConnector"/>, its defaults), within 30 s.</summary>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="options">What the connection starts with; null for the defaults. They are copied.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The host is not valid, or the port is outside its bounds.</exception>
    /// <exception cref="ConnectionException">The name has no address, no address answered, or the time limit passed.</exception>
    public static Task<Connection> ConnectAsync(string host, int port, ConnectionOptions? options, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Of(options).ConnectAsync(host, port, cancellationToken);

    /// <summary>Connects to whichever address of a host answers first, within a time limit.</summary>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="timeout">How long look-ups and attempts together may take; 1 ms to one day.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The host is not valid, or the port or the time limit is outside its bounds.</exception>
    /// <exception cref="ConnectionException">The name has no address, no address answered, or the time limit passed (<see cref="ConnectionError.TimedOut"/>).</exception>
    public static Task<Connection> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Within(timeout, nameof(timeout)).ConnectAsync(host, port, cancellationToken);

    /// <summary>Connects to a port of this machine: <c>localhost</c>, whichever of its addresses answers first.</summary>
    /// <param name="port">1 to 65535.</param>
    /// <param name="options">What the connection starts with; null for the defaults. They are copied.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is outside its bounds.</exception>
    /// <exception cref="ConnectionException">No server listens there, or the time limit passed.</exception>
    public static Task<Connection> ConnectAsync(int port, ConnectionOptions? options = null, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Of(options).ConnectAsync("localhost", port, cancellationToken);

    /// <summary>Connects to a port of this machine, within a time limit.</summary>
    /// <param name="port">1 to 65535.</param>
    /// <param name="timeout">How long the attempts together may take; 1 ms to one day.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port or the time limit is outside its bounds.</exception>
    /// <exception cref="ConnectionException">No server listens there, or the time limit passed (<see cref="ConnectionError.TimedOut"/>).</exception>
    public static Task<Connection> ConnectAsync(int port, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Within(timeout, nameof(timeout)).ConnectAsync("localhost", port, cancellationToken);

    /// <summary>Connects to an end point, within 30 s.</summary>
    /// <param name="endPoint">TCP, Unix socket, named pipe, or a <see cref="DnsEndPoint"/>, which is looked up.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The end point is of another kind.</exception>
    /// <exception cref="ConnectionException">No server answered there, or the time limit passed.</exception>
    public static Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Of(null).ConnectAsync(endPoint, cancellationToken);

    /// <summary>Connects to an end point, within 30 s.</summary>
    /// <param name="endPoint">TCP, Unix socket, named pipe, or a <see cref="DnsEndPoint"/>, which is looked up.</param>
    /// <param name="options">What the connection starts with; null for the defaults. They are copied.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The end point is of another kind.</exception>
    /// <exception cref="ConnectionException">No server answered there, or the time limit passed.</exception>
    public static Task<Connection> ConnectAsync(EndPoint endPoint, ConnectionOptions? options, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Of(options).ConnectAsync(endPoint, cancellationToken);

    /// <summary>Connects to an end point, within a time limit.</summary>
    /// <param name="endPoint">TCP, Unix socket, named pipe, or a <see cref="DnsEndPoint"/>, which is looked up.</param>
    /// <param name="timeout">How long look-ups and attempts together may take; 1 ms to one day.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="ArgumentException">The end point is of another kind, or the time limit is outside its bounds.</exception>
    /// <exception cref="ConnectionException">No server answered there, or the time limit passed (<see cref="ConnectionError.TimedOut"/>).</exception>
    public static Task<Connection> ConnectAsync(EndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Within(timeout, nameof(timeout)).ConnectAsync(endPoint, cancellationToken);

    /// <summary>Connects to an end point as text, within 30 s.</summary>
    /// <param name="endPoint">One of the forms of <see cref="NetEndPoint"/>.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    /// <exception cref="ConnectionException">No server answered there, or the time limit passed.</exception>
    public static Task<Connection> ConnectAsync(string endPoint, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Of(null).ConnectAsync(endPoint, cancellationToken);

    /// <summary>Connects to an end point as text, within 30 s.</summary>
    /// <param name="endPoint">One of the forms of <see cref="NetEndPoint"/>.</param>
    /// <param name="options">What the connection starts with; null for the defaults. They are copied.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    /// <exception cref="ConnectionException">No server answered there, or the time limit passed.</exception>
    public static Task<Connection> ConnectAsync(string endPoint, ConnectionOptions? options, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Of(options).ConnectAsync(endPoint, cancellationToken);

    /// <summary>Connects to an end point as text, within a time limit.</summary>
    /// <param name="endPoint">One of the forms of <see cref="NetEndPoint"/>.</param>
    /// <param name="timeout">How long look-ups and attempts together may take; 1 ms to one day.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    /// <exception cref="ArgumentException">The time limit is outside its bounds.</exception>
    /// <exception cref="ConnectionException">No server answered there, or the time limit passed (<see cref="ConnectionError.TimedOut"/>).</exception>
    public static Task<Connection> ConnectAsync(string endPoint, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        DefaultConnectors.Within(timeout, nameof(timeout)).ConnectAsync(endPoint, cancellationToken);
}
