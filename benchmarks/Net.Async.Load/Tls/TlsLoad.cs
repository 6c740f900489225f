using System.Diagnostics;
using System.Security.Authentication;

namespace Net.Async.Load;

/// <summary>Messages, streams or handshakes over TLS: a task for each connection, which counts what is done.</summary>
internal sealed class TlsLoad
{
    private const double Million = 1e6;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    private readonly LoadOptions _options;
    private readonly byte[] _message;
    private readonly Latencies _latencies = new();
    private volatile bool _isOver;
    private long _operations;
    private long _bytes;
    private long _errors;

    private TlsLoad(LoadOptions options) => (_options, _message) = (options, Payload.Create(options.Size));

    public static string Run(LoadOptions options)
    {
        var load = new TlsLoad(options);
        // Ended by the server after its time limit, and not opened again: they count for its first seconds.
        var stuck = StuckHandshakes.Open(options.EndPoint, options.StuckHandshakes);
        var running = Enumerable.Range(0, options.Connections).Select(_ => Task.Run(load.RunOneAsync)).ToArray();
        var measurement = new Measurement(options);
        while (measurement.Continue())
        {
            measurement.Operations += Interlocked.Exchange(ref load._operations, 0);
            measurement.Bytes += Interlocked.Exchange(ref load._bytes, 0);
            measurement.Errors += Interlocked.Exchange(ref load._errors, 0);
            Thread.Sleep(s_look);
        }

        // The process ends with its connections; none is waited for.
        load._isOver = true;
        stuck.ForEach(static socket => socket.Dispose());
        var line = new ResultLine(options);
        return options.Mode == LoadOptions.TlsStream
            ? line.Add("MB/s", measurement.Bytes / measurement.Elapsed / Million, "0.0").AddServer(measurement, "MB", measurement.Bytes / Million, options.ProcessId).ToString()
            : line.Add("ops/s", measurement.Operations / measurement.Elapsed).AddLatencies(load._latencies).AddServer(measurement, "ops", measurement.Operations, options.ProcessId).ToString();
    }

    private async Task RunOneAsync()
    {
        while (!_isOver)
        {
            try
            {
                var started = Stopwatch.GetTimestamp();
                await using var client = await TlsClient.ConnectAsync(_options.EndPoint);
                if (_options.Mode == LoadOptions.TlsHandshakes)
                    await client.ExchangeAsync(_message.AsMemory(0, 1), new byte[1]);
                else
                    await UseAsync(client);
                Done(started);
            }
            catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or AuthenticationException)
            {
                Interlocked.Increment(ref _errors);
            }
        }
    }

    private Task UseAsync(TlsClient client) => _options.Mode == LoadOptions.TlsPingPong ? PingPongAsync(client) : Task.WhenAll(SendAsync(client), ReceiveAsync(client));

    private async Task PingPongAsync(TlsClient client)
    {
        var answer = new byte[_options.Size];
        while (!_isOver)
        {
            var started = Stopwatch.GetTimestamp();
            await client.ExchangeAsync(_message, answer);
            Done(started);
        }
    }

    private void Done(long started)
    {
        Interlocked.Increment(ref _operations);
        lock (_latencies)
            _latencies.Record(started, Stopwatch.GetTimestamp());
    }

    private async Task SendAsync(TlsClient client)
    {
        while (!_isOver)
            await client.Stream.WriteAsync(_message);
    }

    private async Task ReceiveAsync(TlsClient client)
    {
        var buffer = new byte[_options.Size];
        while (!_isOver)
            Interlocked.Add(ref _bytes, await client.Stream.ReadAsync(buffer) is > 0 and var received ? received : throw new EndOfStreamException());
    }
}
