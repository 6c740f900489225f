using System.Buffers;
using System.Net;
using System.Text;

namespace Net.Async;

/// <summary>Connects through an HTTP proxy, by CONNECT (RFC 9110, 9.3.6), with Basic authentication where a user is set (RFC 7617).</summary>
public sealed class HttpProxyConnector : ProxyConnector
{
    /// <summary>Makes a connector.</summary>
    /// <param name="proxy">Where the proxy is: an address, a name or a Unix socket.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <param name="connector">Who connects to the proxy; null for a <see cref="HappyEyeballsConnector"/> with its defaults.</param>
    /// <exception cref="ArgumentException">The proxy's end point is of a kind that cannot be connected to, of the user name and the password one is missing, or the user name has a colon.</exception>
    public HttpProxyConnector(EndPoint proxy, ProxyConnectorOptions? options = null, Connector? connector = null)
        : base(proxy, options, connector)
    {
        // RFC 7617, 2: what is behind the first colon would be the password.
        if (Options.UserName?.Contains(':', StringComparison.Ordinal) == true)
            throw new ArgumentException($"{nameof(ProxyConnectorOptions.UserName)} has a colon, which Basic authentication cannot carry.", nameof(options));
    }

    /// <summary>Makes a connector.</summary>
    /// <param name="proxy">Where the proxy is, as one of the forms of <see cref="NetEndPoint"/>: <c>proxy.example:3128</c>.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <param name="connector">Who connects to the proxy; null for a <see cref="HappyEyeballsConnector"/> with its defaults.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    /// <exception cref="ArgumentException">As for the other constructor.</exception>
    public HttpProxyConnector(string proxy, ProxyConnectorOptions? options = null, Connector? connector = null)
        : this(NetEndPoint.Parse(proxy ?? throw new ArgumentNullException(nameof(proxy))), options, connector)
    {
    }

    private protected override async ValueTask<ProxyAnswer> AskAsync(Connection connection, EndPoint target, CancellationToken cancellationToken)
    {
        await connection.SendAsync(Request(target), cancellationToken).ConfigureAwait(false);
        var head = new ConnectResponse(Options.MaxResponseBytes);
        while (true)
        {
            var result = await connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var taken = head.Take(result.Buffer);
            connection.Input.AdvanceTo(taken);
            if (head.Problem is { } problem)
                throw ProxyInput.Malformed(connection, $"the proxy's answer {problem}");
            if (head.IsWhole)
                return head.Answer;
            if (result.IsCompleted)
                throw ProxyInput.Ended(connection);
        }
    }

    private byte[] Request(EndPoint target)
    {
        // RFC 9110, 7.2: the Host of a CONNECT is its target. An address of IPv6 is in brackets, and has no scope, which means something here only.
        var authority = target is IPEndPoint ip ? new IPEndPoint(new IPAddress(ip.Address.GetAddressBytes()), ip.Port).ToString() : FormattableString.Invariant($"{((DnsEndPoint)target).Host}:{((DnsEndPoint)target).Port}");
        var credentials = Options.UserName is null ? "" : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Options.UserName}:{Options.Password}"))}\r\n";
        return Encoding.ASCII.GetBytes($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{credentials}\r\n");
    }
}
