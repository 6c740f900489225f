using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Loopback;

/// <summary>Out of descriptors: waiting clients are turned away instead of hanging, those inside are served, and accepting continues afterwards.</summary>
public class AcceptShortageTests : LeakCheck
{
    // What the runtime itself opens is some sixty.
    private const int Limit = 120, Clients = 200, Left = 16;

    [Needs("bash")]
    public Task Accept_OutOfDescriptors_ShedsServesAndRecovers() => PlayAsync("127.0.0.1:0");

    [Needs("bash")]
    public Task Accept_OutOfDescriptorsAtSeveralAddresses_ShedsServesAndRecoversAtEach() => PlayAsync("127.0.0.1:0", "127.0.0.2:0");

    private static async Task PlayAsync(params string[] addresses)
    {
        await using var server = Child.StartLimited(Limit, ["dotnet", Path.Combine(AppContext.BaseDirectory, "Echo.dll"), "--listen", .. addresses]);
        var ends = (await server.Output.ReadLineAsync().Soon())!["ready ".Length..].Split(' ').Select(IPEndPoint.Parse).ToArray();
        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < Clients; i++)
            {
                clients.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 });
                clients[i].Connect(ends[i % ends.Length]);
            }

            await Eventually.IsAsync(() => clients.Exists(IsTurnedAway), "no client was turned away");
            // Sockets are the server's connections, since it has nothing else.
            await Eventually.IsAsync(() => Array.TrueForAll(Open(server), static number => number < Limit - Left), "a client has kept one of the last");
            // The first one got in before the shortage.
            clients[0].Send("still here"u8);
            var buffer = new byte[10];
            using var stream = new NetworkStream(clients[0]);
            stream.ReadExactly(buffer);
            Assert.Equal("still here"u8.ToArray(), buffer);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Eventually.IsAsync(() => Open(server).Length < Limit / 2, "those who left still have descriptors");
        foreach (var end in ends)
        {
            // Those who left may still be in the queue before it, and fill the server once more.
            await Eventually.IsAsync(() => IsServed(end), "no client is served again");
        }
    }

    private static bool IsServed(IPEndPoint end)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5_000 };
        try
        {
            client.Connect(end);
            client.Send("again"u8);
            return client.Receive(new byte[5]) == 5;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }

    // A number beyond the limit was inherited.
    private static int[] Open(Child server) => [.. Sockets.Of(server.Id).Where(static number => number < Limit)];

    private static bool IsTurnedAway(Socket client) => client.Poll(0, SelectMode.SelectRead) && client.Available == 0;
}
