using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Namespaces;

/// <summary>The servers: one on port 80 of every address there is, and two Unix sockets. Plain sockets, so that what is tested does not test itself.</summary>
internal sealed class GuardTargets : IDisposable
{
    public const int Port = 80;

    /// <summary>The addresses that a guard lets through: they redirect.</summary>
    public static readonly IPAddress PublicV4 = IPAddress.Parse("9.9.9.9"), PublicV6 = IPAddress.Parse("2600::9");

    // What 010.000.000.005 is where a leading zero means octal: no protected address.
    private static readonly IPAddress s_octal = IPAddress.Parse("8.0.0.5");

    private readonly Socket _tcp = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
    private readonly Socket _secret = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Socket _good = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<string> _came = [];
    private readonly Lock _lock = new();
    private int _legitimate;

    public GuardTargets(string directory)
    {
        Listen(_tcp, new IPEndPoint(IPAddress.IPv6Any, Port));
        Listen(_secret, new UnixDomainSocketEndPoint(Path.Combine(directory, "outside", "s")));
        Listen(_good, new UnixDomainSocketEndPoint(Path.Combine(directory, "allowed", "g")));
    }

    /// <summary>SYNs that were sent in this namespace so far.</summary>
    public static long ActiveOpens()
    {
        var rows = File.ReadLines("/proc/net/snmp").Where(static line => line.StartsWith("Tcp:", StringComparison.Ordinal)).Select(static line => line.Split(' ')).ToList();
        return long.Parse(rows[1][Array.IndexOf(rows[0], "ActiveOpens")], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>What has arrived since the last time, where it must not and where it may. What a client has connected by now is in the kernel's queue at least.</summary>
    public (IReadOnlyList<string> Came, int Legitimate) Take()
    {
        foreach (var listener in (Socket[])[_tcp, _secret, _good])
        {
            // What the server has not taken yet is taken here.
            while (listener.Poll(0, SelectMode.SelectRead) && TryAccept(listener) is { } late)
                Welcome(listener, late);
        }

        lock (_lock)
        {
            var taken = (_came.ToList(), _legitimate);
            _came.Clear();
            _legitimate = 0;
            return taken;
        }
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _secret.Dispose();
        _good.Dispose();
    }

    private void Listen(Socket socket, EndPoint endPoint)
    {
        if (endPoint is UnixDomainSocketEndPoint unix)
            Directory.CreateDirectory(Path.GetDirectoryName(unix.ToString())!);
        socket.Bind(endPoint);
        socket.Listen(512);
        socket.Blocking = false;
        _ = ServeAsync(socket);
    }

    private async Task ServeAsync(Socket listener)
    {
        try
        {
            while (true)
                Welcome(listener, await listener.AcceptAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private static Socket? TryAccept(Socket listener)
    {
        try
        {
            return listener.Accept();
        }
        catch (SocketException)
        {
            // The other one was quicker.
            return null;
        }
    }

    private void Welcome(Socket listener, Socket client)
    {
        var address = (client.LocalEndPoint as IPEndPoint)?.Address is { } local ? local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local : null;
        var isPublic = listener == _good || PublicV4.Equals(address) || PublicV6.Equals(address) || s_octal.Equals(address);
        lock (_lock)
        {
            if (!isPublic)
                _came.Add(address?.ToString() ?? "the socket outside");
            else if (listener == _tcp)
                _legitimate++;
        }

        _ = AnswerAsync(client);
    }

    // "GET /302/687474703a..." is a redirect to what is behind the second slash, in hexadecimal; anything else an answer.
    private static async Task AnswerAsync(Socket client)
    {
        using var socket = client;
        socket.Blocking = true;
        try
        {
            var buffer = new byte[16 << 10];
            var count = await socket.ReceiveAsync(buffer);
            var path = Encoding.ASCII.GetString(buffer, 0, count).Split(' ') is [_, var asked, ..] ? asked.Split('/') : [];
            var answer = path is [_, var status, var to] && to.Length > 0
                ? $"HTTP/1.1 {status} Elsewhere\r\nLocation: {Encoding.UTF8.GetString(Convert.FromHexString(to))}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret";
            await socket.SendAsync(Encoding.UTF8.GetBytes(answer));
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // A client that only connected.
        }
    }
}
