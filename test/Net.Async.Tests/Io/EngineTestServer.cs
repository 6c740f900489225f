using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io;

/// <summary>A server on an engine, whichever one the process has: every connection gets a handler, started where its continuations run.</summary>
internal sealed class EngineTestServer : IAsyncDisposable
{
    private readonly IoEngine _engine;
    private readonly TransportListener _listener;
    private readonly Func<Connection, Task> _handler;
    private readonly ConnectionOptions _options;
    private readonly List<Task> _handlers = [];
    private readonly Task _accepting;

    public EngineTestServer(IoEngine engine, Func<Connection, Task> handler, ConnectionOptions? options = null)
    {
        _engine = engine;
        _handler = handler;
        _options = options ?? new ConnectionOptions { Close = { Timeout = TimeSpan.FromSeconds(1) } };
        _listener = _engine.Bind(new IPEndPoint(IPAddress.Loopback, 0), new ListenSettings(_options.ToSettings(), DualStack: false));
        _listener.Start(511);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint;

    /// <summary>A client that waits for no event loop: a blocking socket of the base class library.</summary>
    public Socket Dial()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(EndPoint);
        return socket;
    }

    /// <summary>A client on the same engine.</summary>
    public async Task<Connection> ConnectAsync()
    {
        var connection = new StreamConnection(await _engine.ConnectAsync(EndPoint, _options.ToSettings(), CancellationToken.None), _options);
        connection.Start();
        return connection;
    }

    /// <summary>Sends a byte and waits for the answer, so often, on a thread of its own.</summary>
    public Task PingAsync(int times) => Task.Factory.StartNew(() =>
    {
        using var socket = Dial();
        socket.ReceiveTimeout = (int)Eventually.Limit.TotalMilliseconds;
        var one = new byte[1];
        for (var i = 0; i < times; i++)
        {
            socket.Send(one);
            Assert.Equal(1, socket.Receive(one));
        }
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Sends back what comes.</summary>
    public static Task EchoAsync(Connection connection) => connection.Input.CopyToAsync(connection.Output);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _accepting;
        await Task.WhenAll(_handlers).Soon();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new StreamConnection(await _listener.AcceptAsync(CancellationToken.None).ConfigureAwait(false), _options);
                var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                connection.Start();
                lock (_handlers)
                    _handlers.Add(ended.Task);
                connection.Run(new Work(() => _ = HandleAsync(connection, ended)));
            }
        }
        catch (SocketException)
        {
            // Closed.
        }
    }

    private async Task HandleAsync(Connection connection, TaskCompletionSource ended)
    {
        try
        {
            await _handler(connection).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            connection.Abort(exception);
        }

        connection.Input.Complete();
        connection.Output.Complete();
        await connection.DisposeAsync().ConfigureAwait(false);
        ended.SetResult();
    }
}

internal sealed class Work(Action call) : IThreadPoolWorkItem
{
    public void Execute() => call();
}
