using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>A name server on the loopback, datagrams and TCP on one port, that answers what the test tells it to, when the test wants it to.</summary>
internal sealed class ScriptedNameServer : IAsyncDisposable
{
    private readonly Socket _datagrams;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<ReceivedQuery> _queries = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly Func<ReceivedQuery, Task<byte[][]>> _script;

    /// <summary>What each query is answered with: messages in order, none for silence.</summary>
    public ScriptedNameServer(Func<ReceivedQuery, Task<byte[][]>> script)
    {
        _script = script;
        (_datagrams, _listener) = Bind();
        EndPoint = (IPEndPoint)_datagrams.LocalEndPoint!;
        Start(ReceiveAsync());
        Start(AcceptAsync());
    }

    public ScriptedNameServer(Func<ReceivedQuery, byte[]?> script)
        : this(query => Task.FromResult<byte[][]>(script(query) is { } answer ? [answer] : []))
    {
    }

    public IPEndPoint EndPoint { get; }

    public IReadOnlyList<ReceivedQuery> Queries => [.. _queries];

    public int Count => _queries.Count;

    /// <summary>Waits for so many queries.</summary>
    public Task HasAsync(int count) => Eventually.IsAsync(() => Count >= count, () => $"{Count} of {count} queries");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _datagrams.Dispose();
        _listener.Dispose();
        await Task.WhenAll(_running.Keys).WaitAsync(Eventually.Limit);
    }

    // The port that the kernel gives for datagrams may be taken for TCP.
    private static (Socket Datagrams, Socket Listener) Bind()
    {
        while (true)
        {
            var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            try
            {
                listener.Bind(datagrams.LocalEndPoint!);
                listener.Listen();
                return (datagrams, listener);
            }
            catch (SocketException)
            {
                datagrams.Dispose();
                listener.Dispose();
            }
        }
    }

    private void Start(Task task)
    {
        _running.TryAdd(task, true);
        _ = task.ContinueWith(ended => _running.TryRemove(ended, out _), TaskScheduler.Default);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[512];
        while (await UntilEndAsync(_datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _end.Token)) is { ReceivedBytes: > 0 } received)
            Start(AnswerDatagramAsync(Note(buffer[..received.ReceivedBytes], overTcp: false), received.RemoteEndPoint));
    }

    private async Task AnswerDatagramAsync(ReceivedQuery query, EndPoint client)
    {
        foreach (var message in await MessagesAsync(query))
            await UntilEndAsync(_datagrams.SendToAsync(message, client, _end.Token));
    }

    // A script that still waits when the test is over is not waited for.
    private async Task<byte[][]> MessagesAsync(ReceivedQuery query) => await UntilEndAsync(new ValueTask<byte[][]>(_script(query).WaitAsync(_end.Token))) ?? [];

    private async Task AcceptAsync()
    {
        while (await UntilEndAsync(_listener.AcceptAsync(_end.Token)) is { } client)
            Start(AnswerStreamAsync(client));
    }

    private async Task AnswerStreamAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, _end.Token);
            var bytes = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(bytes, _end.Token);
            foreach (var message in await MessagesAsync(Note(bytes, overTcp: true)))
            {
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)message.Length);
                await stream.WriteAsync((byte[])[.. length, .. message], _end.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The test or the client has ended first.
        }
    }

    private ReceivedQuery Note(byte[] bytes, bool overTcp)
    {
        var query = new ReceivedQuery(bytes, overTcp);
        _queries.Enqueue(query);
        return query;
    }

    private static async Task<T?> UntilEndAsync<T>(ValueTask<T> operation)
    {
        try
        {
            return await operation;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            return default;
        }
    }
}
