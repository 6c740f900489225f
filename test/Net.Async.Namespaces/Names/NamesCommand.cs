using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>The name server as a process, on port 53 of the loopback, over UDP and TCP. A line of input is the new zone.</summary>
internal static class NamesCommand
{
    private const int Port = 53, MostOverUdp = 512, MostOverTcp = ushort.MaxValue;

    private static volatile Zone s_zone = new([]);

    public static async Task<int> RunAsync()
    {
        var serving = new List<Task>();
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            var udp = new UdpClient(new IPEndPoint(address, Port));
            var tcp = new TcpListener(address, Port);
            tcp.Start();
            serving.Add(ServeAsync(udp));
            serving.Add(ServeAsync(tcp));
        }

        var obeying = Lines.ObeyAsync(static line =>
        {
            s_zone = new Zone(Lines.Parse<IReadOnlyList<ZoneEntry>>(line));
            return Task.CompletedTask;
        });
        await await Task.WhenAny(serving.Append(obeying));
        return 0;
    }

    private static async Task ServeAsync(UdpClient udp)
    {
        while (true)
        {
            var datagram = await udp.ReceiveAsync();
            _ = AnswerAsync();

            async Task AnswerAsync()
            {
                if (await FindAsync(datagram.Buffer, MostOverUdp, overTcp: false) is { } answer)
                    await udp.SendAsync(answer, datagram.RemoteEndPoint);
            }
        }
    }

    private static async Task ServeAsync(TcpListener listener)
    {
        while (true)
            _ = ServeAsync(await listener.AcceptTcpClientAsync());
    }

    private static async Task ServeAsync(TcpClient client)
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
                if (await FindAsync(message, MostOverTcp, overTcp: true) is not { } answer)
                    continue;
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync(length);
                await stream.WriteAsync(answer);
            }
        }
        catch (IOException)
        {
            // The one who asked has gone.
        }
    }

    /// <summary>The answer, when it is time for it; null when there is to be none.</summary>
    private static async Task<byte[]?> FindAsync(byte[] message, int room, bool overTcp)
    {
        if (Question.Read(message) is not { } question)
            return null;
        Lines.Say(new Asked(Math.Round(Lines.Now, 3), question.Name, question.Family, overTcp));
        var entry = s_zone.Find(question);
        if (entry.Unanswered)
            return null;
        await DelayAsync(entry.Delay);
        return Zone.Answer(question, entry, room);
    }

    // A timer may be up to a tick of the kernel early, an answer may not.
    private static async Task DelayAsync(int milliseconds)
    {
        for (var due = Lines.Now + milliseconds; Lines.Now < due;)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(due - Lines.Now, 0))));
    }
}
