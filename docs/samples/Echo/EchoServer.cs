using System.Net;
using Net.Async;

namespace Echo;

/// <summary>Sends back what it receives until the client ends, then ends too.</summary>
internal static class EchoServer
{
    public static Task EchoAsync(Connection connection, CancellationToken cancellationToken) =>
        connection.Input.CopyToAsync(connection.Output, cancellationToken);

    public static async Task<int> RunAsync(IReadOnlyList<EndPoint> endPoints)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = true;
            stop.Cancel();
        };
        try
        {
            await using var server = await Server.ListenAsync(endPoints, cancellationToken: stop.Token);
            Console.WriteLine($"ready {string.Join(' ', server.LocalEndPoints.Select(NetEndPoint.Format))}");
            await server.ServeAsync(EchoAsync, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl+C is how it is meant to end.
        }
        catch (ConnectionException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }

        return 0;
    }

    /// <summary>Until systemd, or Ctrl+C, ends the process; each socket as it is called in its unit.</summary>
    public static async Task<int> RunActivatedAsync()
    {
        using var sockets = SystemdSockets.FromEnvironment();
        var serving = new List<Task>();
        foreach (var socket in sockets)
        {
            Console.WriteLine($"ready {socket}");
            serving.Add(socket.ToServer().ServeAsync(EchoAsync));
        }

        if (serving.Count == 0)
            Console.Error.WriteLine("systemd has passed no sockets.");
        await Task.WhenAll(serving);
        return serving.Count == 0 ? 1 : 0;
    }
}
