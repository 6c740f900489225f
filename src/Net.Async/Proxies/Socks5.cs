using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async;

/// <summary>The messages of SOCKS5 (RFC 1928) and of its log-in (RFC 1929).</summary>
internal static class Socks5
{
    public const byte Version = 5, NoAuthentication = 0x00, PasswordMethod = 0x02, NoMethod = 0xFF;

    private const byte LoginVersion = 1, Connect = 1, IPv4 = 1, Name = 3, IPv6 = 4;

    /// <summary>The methods that are offered (RFC 1928, 3).</summary>
    public static byte[] Greeting(ProxyConnectorOptions options) =>
        options.UserName is null ? [Version, 1, NoAuthentication] : [Version, 2, NoAuthentication, PasswordMethod];

    public static byte MethodOf(byte[] answer, ProxyConnectorOptions options, out string? problem)
    {
        problem = answer[0] != Version ? $"the proxy answers with version {answer[0]}"
            : answer[1] is NoAuthentication or NoMethod || (answer[1] == PasswordMethod && options.UserName is not null) ? null
            : $"the proxy chooses method 0x{answer[1]:X2}, which was not offered";
        return answer[1];
    }

    /// <summary>The user name and the password (RFC 1929, 2).</summary>
    public static byte[] Login(ProxyConnectorOptions options)
    {
        var (user, password) = (Encoding.UTF8.GetBytes(options.UserName!), Encoding.UTF8.GetBytes(options.Password!));
        return [LoginVersion, (byte)user.Length, .. user, (byte)password.Length, .. password];
    }

    public static bool IsLoggedIn(byte[] answer, out string? problem)
    {
        problem = answer[0] == LoginVersion ? null : $"the proxy answers the log-in with version {answer[0]}";
        return problem is not null || answer[1] == 0;
    }

    /// <summary>Asks for a target (RFC 1928, 4 and 5).</summary>
    public static byte[] Request(EndPoint target)
    {
        var (address, port) = target switch
        {
            IPEndPoint ip => ((byte[])[ip.AddressFamily == AddressFamily.InterNetwork ? IPv4 : IPv6, .. ip.Address.GetAddressBytes()], ip.Port),
            DnsEndPoint name => ([Name, (byte)name.Host.Length, .. Encoding.ASCII.GetBytes(name.Host)], name.Port),
            _ => throw new ArgumentOutOfRangeException(nameof(target), target, "A target is an address or a name."),
        };
        byte[] request = [Version, Connect, 0, .. address, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(request.Length - 2), (ushort)port);
        return request;
    }

    /// <summary>What a reply says (RFC 1928, 6).</summary>
    public static ProxyAnswer AnswerOf(byte reply) => reply switch
    {
        0 => ProxyAnswer.Connected,
        1 => new(ConnectionError.Unknown, "the proxy has failed (reply 1)"),
        2 => new(ConnectionError.AccessDenied, "the proxy's rules do not allow it (reply 2)"),
        3 => new(ConnectionError.NetworkUnreachable, "the proxy has no route to the network (reply 3)"),
        4 => new(ConnectionError.HostUnreachable, "the proxy cannot reach the host (reply 4)"),
        5 => new(ConnectionError.Refused, "the host refuses the proxy's connect (reply 5)"),
        6 => new(ConnectionError.HostUnreachable, "the proxy's packets do not get as far as the host (reply 6)"),
        7 => new(ConnectionError.NotSupported, "the proxy does not connect for others (reply 7)"),
        8 => new(ConnectionError.AddressFamilyNotSupported, "the proxy does not know addresses of this kind (reply 8)"),
        _ => new(ConnectionError.Unknown, $"the proxy says reply {reply}, which means nothing"),
    };

    /// <summary>How many bytes of a reply are left behind its reserved byte, its kind of address and one byte more.</summary>
    public static int BytesLeft(byte[] bytes, out string? problem)
    {
        const int Port = 2;
        problem = bytes[0] != 0 ? $"the proxy's reply has 0x{bytes[0]:X2} in its reserved byte"
            : bytes[1] is IPv4 or IPv6 or Name ? null
            : $"the proxy's reply has an address of kind {bytes[1]}";
        return bytes[1] switch { IPv4 => 4 - 1 + Port, IPv6 => 16 - 1 + Port, _ => bytes[2] + Port };
    }
}
