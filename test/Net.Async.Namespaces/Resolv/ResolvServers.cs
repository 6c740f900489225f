using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>Name servers on port 53 of several addresses of the loopback, each with a way of its own, and what they were asked.</summary>
internal sealed class ResolvServers
{
    private const int Port = 53;

    /// <summary>On the loopback's own link; <see cref="ResolvSpace"/> puts it there.</summary>
    public const string Scoped = "fe80::53";

    private readonly List<string> _asked = [];

    private ResolvServers()
    {
    }

    /// <summary>Starts them all. At 127.0.0.5 there is none.</summary>
    public static ResolvServers Start()
    {
        var servers = new ResolvServers();
        var zone = ResolvZone.Codes;
        foreach (var address in new[] { "127.0.0.1", "127.0.0.11", "127.0.0.12", "127.0.0.13", "::1", $"{Scoped}%lo" })
            servers.Start(address, zone);
        servers.Start("127.0.0.2", static _ => null);
        servers.Start("127.0.0.3", static _ => ZoneEntry.ServerFailure);
        servers.Start("127.0.0.4", static _ => ZoneEntry.Refused);
        servers.Start("127.0.0.7", question => question.Family == AddressFamily.InterNetworkV6 ? ZoneEntry.ServerFailure : zone(question));
        servers.Start("127.0.0.8", zone, truncates: true);
        return servers;
    }

    /// <summary>What they were asked since the last time.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (_asked)
        {
            string[] taken = [.. _asked];
            _asked.Clear();
            return taken;
        }
    }

    private void Start(string address, Func<Question, int?> codes, bool truncates = false)
    {
        var end = new IPEndPoint(IPAddress.Parse(address), Port);
        var udp = new UdpClient(end);
        var tcp = new TcpListener(end);
        tcp.Start();
        _ = ServeAsync(udp, codes, truncates);
        _ = ServeAsync(tcp, codes);
    }

    private async Task ServeAsync(UdpClient udp, Func<Question, int?> codes, bool truncates)
    {
        while (true)
        {
            var datagram = await udp.ReceiveAsync();
            if (Answer(datagram.Buffer, udp.Client, codes, truncates, "") is { } answer)
                await udp.SendAsync(answer, datagram.RemoteEndPoint);
        }
    }

    private async Task ServeAsync(TcpListener listener, Func<Question, int?> codes)
    {
        while (true)
            _ = ServeAsync(await listener.AcceptTcpClientAsync(), codes);
    }

    private async Task ServeAsync(TcpClient client, Func<Question, int?> codes)
    {
        using var _ = client;
        var stream = client.GetStream();
        var length = new byte[2];
        try
        {
            while (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false) == 2)
            {
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message);
                if (Answer(message, client.Client, codes, truncates: false, " tcp") is not { } answer)
                    continue;
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer]);
            }
        }
        catch (IOException)
        {
            // The one who asked has gone.
        }
    }

    private byte[]? Answer(byte[] message, Socket socket, Func<Question, int?> codes, bool truncates, string over)
    {
        if (Question.Read(message) is not { } question)
            return null;
        lock (_asked)
            _asked.Add($"{((IPEndPoint)socket.LocalEndPoint!).Address.ToString().Split('%')[0]} {question.Name} {(question.Family == AddressFamily.InterNetworkV6 ? "AAAA" : "A")}{over}");
        return codes(question) is not { } code ? null
            : truncates ? ResolvZone.Truncated(question)
            : Zone.Answer(question, ResolvZone.Find(question) with { Code = code }, ushort.MaxValue);
    }
}
