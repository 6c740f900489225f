using System.Diagnostics;

namespace Net.Async.Load;

/// <summary>Every connection sends a message, waits for all of its echo or answer, and sends the next: the rate of small exchanges.</summary>
internal sealed class PingPongLoad : IDisposable
{
    private readonly byte[] _message;
    private readonly int _answer;
    private readonly int _depth;
    private readonly Measurement _measurement;
    private readonly LoadConnections _connections;
    private readonly Exchange[] _exchanges;
    private readonly FixedRate? _rate;
    private readonly Disturbers _disturbers;

    private PingPongLoad(LoadOptions options)
    {
        (_message, _answer) = options.Get is null ? (Payload.Create(options.BatchSize), options.BatchSize) : HttpRequest.Create(options);
        _depth = options.Depth;
        _exchanges = new Exchange[options.Connections];
        _connections = new LoadConnections(options, EpollSet.Readable);
        _measurement = new Measurement(options);
        _rate = options.Mode == LoadOptions.Rate ? new FixedRate(options.MessagesPerSecond, options.Connections) : null;
        _disturbers = new Disturbers(options, _connections);
    }

    public static string Run(LoadOptions options)
    {
        using var load = new PingPongLoad(options);
        load.Run();
        var measured = load._measurement;
        return new ResultLine(options)
            .Add("ops/s", measured.Operations / measured.Elapsed)
            .AddLatencies(measured.Latencies)
            .AddServer(measured, "ops", measured.Operations, options.ProcessId)
            .ToString();
    }

    public void Dispose() => _connections.Dispose();

    private void Run()
    {
        _disturbers.Begin();
        for (var i = 0; i < _exchanges.Length && _rate is null; i++)
            Begin(i, Stopwatch.GetTimestamp());
        while (_measurement.Continue())
            Turn();
        RecordUnanswered(Stopwatch.GetTimestamp());
        _measurement.Errors += CountStuck() + _disturbers.Failures;
    }

    // At a fixed rate those without an answer at the end have waited at least until then: without them a server that stops would have the best latencies.
    private void RecordUnanswered(long now)
    {
        for (var i = 0; i < _exchanges.Length && _rate is not null; i++)
        {
            if (_exchanges[i].IsUnderWay)
                _measurement.Latencies.Record(_exchanges[i].StartedAt, now);
            while (_rate.TryTake(i, now, out var due))
                _measurement.Latencies.Record(due, now);
        }
    }

    // No echo in all the time that counts: the server forgot that connection, and a rate alone would not show it.
    private int CountStuck() => _exchanges.Where((exchange, index) => _connections.IsOpen(index) && exchange.IsUnderWay && exchange.StartedAt < _measurement.StartedAt).Count();

    private void Turn()
    {
        BeginDue();
        var count = _connections.WaitForReady(poll: _rate is not null);
        for (var place = 0; place < count; place++)
        {
            var (index, readable, writable) = _connections.Event(place);
            if (_disturbers.Has(index))
            {
                _disturbers.OnReady(index, readable, writable);
                continue;
            }

            if (readable && _connections.IsOpen(index))
                Receive(index);
            if (writable && _connections.IsOpen(index))
                SendRest(index);
        }
    }

    // At a fixed rate a message counts from the moment it was due, also when its connection was busy then.
    private void BeginDue()
    {
        if (_rate is null)
            return;
        for (var i = 0; i < _exchanges.Length; i++)
        {
            if (!_exchanges[i].IsUnderWay && _connections.IsOpen(i) && _rate.TryTake(i, Stopwatch.GetTimestamp(), out var due))
                Begin(i, due);
        }
    }

    private void Begin(int index, long startedAt)
    {
        _exchanges[index] = new Exchange { StartedAt = startedAt, IsUnderWay = true };
        SendRest(index);
    }

    // Messages larger than the kernel's buffers go out in pieces, while their echo comes in.
    private void SendRest(int index)
    {
        ref var exchange = ref _exchanges[index];
        if (!_connections.TrySend(index, _message.AsSpan(exchange.Sent), out var sent))
        {
            Fail(index);
            return;
        }

        exchange.Sent += sent;
        var waits = exchange.Sent < _message.Length;
        if (waits != exchange.Waits)
            _connections.Watch(index, waits ? EpollSet.Readable | EpollSet.Writable : EpollSet.Readable);
        exchange.Waits = waits;
    }

    private void Receive(int index)
    {
        ref var exchange = ref _exchanges[index];
        if (!_connections.TryReceive(index, out var received))
        {
            Fail(index);
            return;
        }

        exchange.Received += received;
        if (exchange.Received < _answer)
            return;
        _measurement.Operations += _depth;
        var now = Stopwatch.GetTimestamp();
        _measurement.Latencies.Record(exchange.StartedAt, now);
        exchange.IsUnderWay = false;
        if (_rate is null)
            Begin(index, now);
    }

    private void Fail(int index)
    {
        _measurement.Errors++;
        _connections.Fail(index);
    }

    private struct Exchange
    {
        public long StartedAt;
        public int Sent;
        public int Received;
        public bool Waits;
        public bool IsUnderWay;
    }
}
