using System.Text;
using Net.Async;

namespace Takeover;

/// <summary>One version of a server: every line that it is asked comes back behind its version.</summary>
internal sealed class ServerVersion(string name, Server server)
{
    // As long as a client may take to finish.
    private static readonly TimeSpan s_finish = TimeSpan.FromSeconds(15);

    private long _requests;
    private long _connections;

    /// <summary>Serves until a new version has taken over.</summary>
    public static async Task<int> ServeAsync(string name, string endPoint)
    {
        await using var successors = Server.Listen(endPoint);
        await using var server = Server.Listen(0);
        var version = new ServerVersion(name, server);
        var serving = server.ServeAsync(version.AnswerAsync);
        Console.WriteLine($"ready {NetEndPoint.Format(server.LocalEndPoint)}");

        using var alone = new CancellationTokenSource();
        var parentEnds = WhenInputEndsAsync(alone);
        try
        {
            await using var channel = new HandleChannel(await successors.AcceptAsync(alone.Token));
            // Both accept for a while. Only when the new one says that it does, this one stops.
            await channel.SendAsync(server, Encoding.UTF8.GetBytes(name), alone.Token);
            using var ready = await channel.ReceiveAsync(alone.Token) ?? throw new InvalidOperationException("The new version has died: this one continues.");
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("The process that started this version has gone.");
        }

        return await version.StopAsync(serving);
    }

    /// <summary>Takes over from the version that listens at the end point, and serves until the input ends.</summary>
    public static async Task<int> TakeAsync(string name, string endPoint)
    {
        await using var channel = new HandleChannel(await Connection.ConnectAsync(endPoint));
        using var received = await channel.ReceiveAsync() ?? throw new InvalidOperationException("The old version has died.");
        await using var server = received.ToServer();
        var version = new ServerVersion(name, server);
        var serving = server.ServeAsync(version.AnswerAsync);
        await channel.SendAsync("serving"u8.ToArray());
        Console.WriteLine($"ready {NetEndPoint.Format(server.LocalEndPoint)}");

        using var end = new CancellationTokenSource();
        await WhenInputEndsAsync(end);
        return await version.StopAsync(serving);
    }

    private async Task<int> StopAsync(Task serving)
    {
        var result = await server.StopAsync(s_finish);
        await serving;
        Console.WriteLine($"served {Interlocked.Read(ref _connections)} {Interlocked.Read(ref _requests)} {result.Aborted + server.HandlerFailures}");
        return result.Aborted + server.HandlerFailures == 0 ? 0 : 1;
    }

    // A client is served until it ends, also after the stop has begun: the handler does not pass its token on.
    private async Task AnswerAsync(Connection connection, CancellationToken stopping)
    {
        Interlocked.Increment(ref _connections);
        var prefix = Encoding.UTF8.GetBytes(name + " ");
        while (await Lines.ReadAsync(connection.Input, CancellationToken.None) is { } line)
        {
            await connection.Output.WriteAsync((byte[])[.. prefix, .. line], CancellationToken.None);
            Interlocked.Increment(ref _requests);
        }
    }

    private static async Task WhenInputEndsAsync(CancellationTokenSource end)
    {
        await Console.OpenStandardInput().CopyToAsync(Stream.Null);
        await end.CancelAsync();
    }
}
