using System.Text;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;

namespace Net.Async.Tests.Testing;

/// <summary>Two ends of a connection, faults over one of them, and a clock that runs while the other is looked at.</summary>
internal sealed class FaultScene : IAsyncDisposable
{
    private const int QuietLooks = 20;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);
    private static readonly ConnectionOptions s_options = new ConnectionOptions { Close = { Timeout = TimeSpan.FromMilliseconds(400), DrainTimeout = TimeSpan.FromMilliseconds(100) } };

    private readonly FakeTimeProvider _time;
    private readonly FaultInjector _faults;
    private readonly Server _server;

    private FaultScene(Server server, FaultInjector faults, FakeTimeProvider time) => (_server, _faults, _time) = (server, faults, time);

    /// <summary>The side that the faults are over.</summary>
    public Connection Here { get; private set; } = null!;

    public Connection Peer { get; private set; } = null!;

    public static async Task<FaultScene> StartAsync(string transport, Action<FaultInjector> apply)
    {
        var time = new FakeTimeProvider();
        var faults = new FaultInjector(time, bufferSize: 8);
        var network = new MemoryNetwork();
        var options = s_options with { Decorate = faults.Over };
        var settings = new ServerOptions { Connection = s_options };
        var server = transport == "tcp4" ? Server.Listen(0, settings) : network.Listen(NetEndPoint.Loopback(0), settings);
        var scene = new FaultScene(server, faults, time);
        scene.Here = await (transport == "tcp4" ? Connection.ConnectAsync(server.LocalEndPoint, options) : network.CreateConnector(options).ConnectAsync(server.LocalEndPoint));
        scene.Peer = await server.AcceptAsync().Soon();
        apply(faults);
        return scene;
    }

    /// <summary>Writes 20 bytes, more than are held back at most.</summary>
    public static async Task<string> WriteAsync(Connection connection)
    {
        using var quiet = new CancellationTokenSource(s_look * QuietLooks);
        try
        {
            await connection.Output.WriteAsync("0123456789ABCDEFGHIJ"u8.ToArray(), quiet.Token);
            return "taken";
        }
        catch (OperationCanceledException)
        {
            return "waits";
        }
        catch (ConnectionException exception)
        {
            return exception.Error.ToString();
        }
    }

    /// <summary>What comes within some looks, each of them a second of the faults' clock.</summary>
    public async Task<string> ReadAsync(Connection connection)
    {
        var text = new StringBuilder();
        var buffer = new byte[100];
        for (var quiet = 0; quiet < QuietLooks;)
        {
            using var look = new CancellationTokenSource(s_look);
            try
            {
                var count = await connection.ReceiveAsync(buffer, look.Token);
                if (count == 0)
                    return text.Append(text.Length > 0 ? ", " : "").Append("end").ToString();
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
                quiet = 0;
            }
            catch (OperationCanceledException)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                quiet++;
            }
            catch (ConnectionException exception)
            {
                return text.Append(text.Length > 0 ? ", " : "").Append(exception.Error).ToString();
            }
        }

        return text.Length > 0 ? text.ToString() : "nothing";
    }

    public async Task<string> CloseAsync(Connection connection)
    {
        var closing = connection.CloseAsync();
        while (await Task.WhenAny(closing, Task.Delay(s_look)) != closing)
            _time.Advance(TimeSpan.FromSeconds(1));
        try
        {
            await closing;
            return "closed";
        }
        catch (ConnectionException exception)
        {
            return exception.Error.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _faults.Dispose();
        foreach (var connection in new[] { Here, Peer })
        {
            connection.Abort();
            connection.Input.Complete();
            connection.Output.Complete();
            await connection.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
