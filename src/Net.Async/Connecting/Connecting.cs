using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Connecting, where people look for it: on <see cref="Connection"/>.</summary>
/// <remarks>A static extension, since the room of connections knows nothing of those who make them.</remarks>
public static class Connecting
{
    extension(Connection)
    {
        /// <summary>Connects to whichever address of a host answers first (<see cref="HappyEyeballsConnector"/>, its defaults), within 30 s.</summary>
        /// <param name="host">A name or an address literal.</param>
        /// <param name="port">1 to 65535.</param>
        /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
        /// <exception cref="ArgumentException">The host is none, or the port outside its bounds.</exception>
        /// <exception cref="ConnectionException">The name has no address, nobody answered, or the time limit passed.</exception>
        public static Task<Connection> ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
            With(null).ConnectAsync(host, port, cancellationToken);

        /// <summary>Connects to whichever address of a host answers first (<see cref="HappyEyeballsConnector"/>, its defaults), within 30 s.</summary>
        /// <param name="host">A name or an address literal.</param>
        /// <param name="port">1 to 65535.</param>
        /// <param name="options">What the connection starts with; null for the defaults.</param>
        /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
        /// <exception cref="ArgumentException">The host is none, or the port outside its bounds.</exception>
        /// <exception cref="ConnectionException">The name has no address, nobody answered, or the time limit passed.</exception>
        public static Task<Connection> ConnectAsync(string host, int port, ConnectionOptions? options, CancellationToken cancellationToken = default) =>
            With(options).ConnectAsync(host, port, cancellationToken);

        /// <summary>Connects to a port of this machine: <c>localhost</c>, whichever of its addresses answers first.</summary>
        /// <param name="port">1 to 65535.</param>
        /// <param name="options">What the connection starts with; null for the defaults.</param>
        /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
        /// <exception cref="ArgumentOutOfRangeException">The port is outside its bounds.</exception>
        /// <exception cref="ConnectionException">Nobody listens there, or the time limit passed.</exception>
        public static Task<Connection> ConnectAsync(int port, ConnectionOptions? options = null, CancellationToken cancellationToken = default) =>
            With(options).ConnectAsync("localhost", port, cancellationToken);

        /// <summary>Connects to an end point, within 30 s.</summary>
        /// <param name="endPoint">TCP, Unix socket, named pipe, or a <see cref="DnsEndPoint"/>, which is looked up.</param>
        /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
        /// <exception cref="ArgumentException">The end point is of another kind.</exception>
        /// <exception cref="ConnectionException">Nobody answered there, or the time limit passed.</exception>
        public static Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default) =>
            With(null).ConnectAsync(endPoint, cancellationToken);

        /// <summary>Connects to an end point, within 30 s.</summary>
        /// <param name="endPoint">TCP, Unix socket, named pipe, or a <see cref="DnsEndPoint"/>, which is looked up.</param>
        /// <param name="options">What the connection starts with; null for the defaults.</param>
        /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
        /// <exception cref="ArgumentException">The end point is of another kind.</exception>
        /// <exception cref="ConnectionException">Nobody answered there, or the time limit passed.</exception>
        public static Task<Connection> ConnectAsync(EndPoint endPoint, ConnectionOptions? options, CancellationToken cancellationToken = default) =>
            With(options).ConnectAsync(endPoint, cancellationToken);

        /// <summary>Connects to an end point as text, within 30 s.</summary>
        /// <param name="endPoint">One of the forms of <see cref="NetEndPoint"/>.</param>
        /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
        /// <exception cref="FormatException">The text is not an end point.</exception>
        /// <exception cref="ConnectionException">Nobody answered there, or the time limit passed.</exception>
        public static Task<Connection> ConnectAsync(string endPoint, CancellationToken cancellationToken = default) =>
            With(null).ConnectAsync(NetEndPoint.Parse(endPoint), cancellationToken);

        /// <summary>Connects to an end point as text, within 30 s.</summary>
        /// <param name="endPoint">One of the forms of <see cref="NetEndPoint"/>.</param>
        /// <param name="options">What the connection starts with; null for the defaults.</param>
        /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
        /// <exception cref="FormatException">The text is not an end point.</exception>
        /// <exception cref="ConnectionException">Nobody answered there, or the time limit passed.</exception>
        public static Task<Connection> ConnectAsync(string endPoint, ConnectionOptions? options, CancellationToken cancellationToken = default) =>
            With(options).ConnectAsync(NetEndPoint.Parse(endPoint), cancellationToken);
    }

    private static readonly HappyEyeballsConnector s_default = new();

    // One for each options object that is in use: connectors share their timer among connects.
    private static readonly ConditionalWeakTable<ConnectionOptions, HappyEyeballsConnector> s_byOptions = [];

    private static readonly ConnectionOptions s_defaultOptions = new();

    private static HappyEyeballsConnector With(ConnectionOptions? options) => options is null || options == s_defaultOptions
        ? s_default
        : s_byOptions.GetValue(options, static options => new(new() { Connection = options, TimeProvider = options.TimeProvider }));
}
