using System.Net;

namespace Net.Async;

/// <summary>Connects through a SOCKS proxy, version 5 (RFC 1928), with a user name and a password where they are set (RFC 1929).</summary>
public sealed class Socks5Connector : ProxyConnector
{
    /// <summary>Makes a connector.</summary>
    /// <param name="proxy">Where the proxy is: an address, a name or a Unix socket.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <param name="connector">Who connects to the proxy; null for a <see cref="HappyEyeballsConnector"/> with its defaults.</param>
    /// <exception cref="ArgumentException">The proxy's end point is of a kind that cannot be connected to, or of the user name and the password one is missing.</exception>
    public Socks5Connector(EndPoint proxy, ProxyConnectorOptions? options = null, Connector? connector = null)
        : base(proxy, options, connector)
    {
    }

    /// <summary>Makes a connector.</summary>
    /// <param name="proxy">Where the proxy is, as one of the forms of <see cref="NetEndPoint"/>: <c>proxy.example:1080</c>.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <param name="connector">Who connects to the proxy; null for a <see cref="HappyEyeballsConnector"/> with its defaults.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    /// <exception cref="ArgumentException">As for the other constructor.</exception>
    public Socks5Connector(string proxy, ProxyConnectorOptions? options = null, Connector? connector = null)
        : this(NetEndPoint.Parse(proxy ?? throw new ArgumentNullException(nameof(proxy))), options, connector)
    {
    }

    private protected override async ValueTask<ProxyAnswer> AskAsync(Connection connection, EndPoint target, CancellationToken cancellationToken)
    {
        await connection.SendAsync(Socks5.Greeting(Options), cancellationToken).ConfigureAwait(false);
        var method = Socks5.MethodOf(await ProxyInput.ReadAsync(connection, 2, cancellationToken).ConfigureAwait(false), Options, out var problem);
        Check(connection, problem);
        if (method == Socks5.PasswordMethod)
        {
            await connection.SendAsync(Socks5.Login(Options), cancellationToken).ConfigureAwait(false);
            if (!Socks5.IsLoggedIn(await ProxyInput.ReadAsync(connection, 2, cancellationToken).ConfigureAwait(false), out problem))
                throw new ConnectionException(ConnectionError.AccessDenied, "the proxy refuses the user name and the password", connection.RemoteEndPoint);
            Check(connection, problem);
        }
        else if (method == Socks5.NoMethod)
        {
            throw new ConnectionException(ConnectionError.AccessDenied, Options.UserName is null ? "the proxy asks for an authentication, and no user name is set" : "the proxy takes none of the methods that are offered", connection.RemoteEndPoint);
        }

        await connection.SendAsync(Socks5.Request(target), cancellationToken).ConfigureAwait(false);
        return await ReadReplyAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<ProxyAnswer> ReadReplyAsync(Connection connection, CancellationToken cancellationToken)
    {
        // What follows a refusal does not matter, and some proxies leave it out.
        var head = await ProxyInput.ReadAsync(connection, 2, cancellationToken).ConfigureAwait(false);
        if (head[0] != Socks5.Version)
            throw ProxyInput.Malformed(connection, $"the proxy answers with version {head[0]}");
        if (Socks5.AnswerOf(head[1]) is { IsConnected: false } refusal)
            return refusal;
        // One byte more than the head: of a name it is the length, of an address its first.
        var rest = await ProxyInput.ReadAsync(connection, 3, cancellationToken).ConfigureAwait(false);
        var left = Socks5.BytesLeft(rest, out var problem);
        Check(connection, problem);
        await ProxyInput.ReadAsync(connection, left, cancellationToken).ConfigureAwait(false);
        return ProxyAnswer.Connected;
    }

    private static void Check(Connection connection, string? problem)
    {
        if (problem is not null)
            throw ProxyInput.Malformed(connection, problem);
    }
}
