using System.Diagnostics;
using System.Net;

namespace Net.Async.Load;

/// <summary>Connects at a fixed rate from many addresses, sends 64 bytes, waits for 64, closes: what a server gives to others while it is attacked.</summary>
/// <remarks>A connect counts from the moment it was due, also when the load was busy then.</remarks>
internal sealed class DialsLoad : IDisposable
{
    public const int MostPerSecond = 2000;

    private const int MostAtOnce = 8192;
    private const int PollMilliseconds = 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly SocketAddress _server;
    private readonly byte[] _message;
    private readonly byte[] _received;
    private readonly Measurement _measurement;
    private readonly DialSchedule _schedule;
    private readonly EpollSet _ready = new();
    private readonly Dictionary<int, Dial> _dials = [];
    private readonly Queue<Dial> _byAge = new();

    private DialsLoad(LoadOptions options)
    {
        _server = options.EndPoint.Serialize();
        _message = Payload.CreateLine(options.Size);
        _received = new byte[options.Size];
        _measurement = new Measurement(options);
        _schedule = new DialSchedule(options.MessagesPerSecond, options.Attackers.Sources);
    }

    /// <summary>Measures beside those who attack, if there are any, and the server's memory before, during and after.</summary>
    public static DialsResult Run(LoadOptions options)
    {
        using var load = new DialsLoad(options);
        using var memory = new MemoryWatch(options.ProcessId);
        using var attack = new RunningAttack(options.Attackers.Create(options.EndPoint));
        load.Run();
        memory.IsOver();
        return new DialsResult(load._measurement, attack.End(), memory);
    }

    public void Dispose() => _ready.Dispose();

    private void Run()
    {
        while (_measurement.Continue())
        {
            BeginDue();
            Turn(_schedule.MillisecondsLeft(PollMilliseconds));
            FailOld();
        }

        // Those under way have the time that every other one had.
        while (_dials.Count > 0)
        {
            Turn(PollMilliseconds);
            FailOld();
        }
    }

    private void BeginDue()
    {
        while (_schedule.TryTake(out var source, out var due))
        {
            var descriptor = _dials.Count < MostAtOnce ? RawSocket.Begin(source, _server) : RawSocket.Failed;
            if (descriptor == RawSocket.Failed)
            {
                _measurement.Errors++;
                continue;
            }

            var dial = new Dial(descriptor, due);
            _dials.Add(descriptor, dial);
            _byAge.Enqueue(dial);
            _ready.Watch(descriptor, descriptor, EpollSet.Writable);
        }
    }

    private void Turn(int milliseconds)
    {
        for (int place = 0, events = _ready.Wait(milliseconds); place < events; place++)
        {
            var (descriptor, readable, writable) = _ready.Event(place);
            if (!_dials.TryGetValue(descriptor, out var dial))
                continue;
            if (writable ? !Send(dial) : readable && !Receive(dial))
                End(dial, succeeded: false);
            else if (dial.Received >= _message.Length)
                End(dial, succeeded: true);
        }
    }

    private bool Send(Dial dial)
    {
        _ready.Rewatch(dial.Descriptor, dial.Descriptor, EpollSet.Readable);
        return RawSocket.Send(dial.Descriptor, _message) == _message.Length;
    }

    private bool Receive(Dial dial)
    {
        var received = RawSocket.Receive(dial.Descriptor, _received);
        dial.Received += Math.Max(0, received);
        return received is > 0 or RawSocket.NotNow;
    }

    private void FailOld()
    {
        while (_byAge.TryPeek(out var oldest) && (oldest.IsOver || Stopwatch.GetElapsedTime(oldest.DueAt) > s_patience))
        {
            _byAge.Dequeue();
            if (!oldest.IsOver)
                End(oldest, succeeded: false);
        }
    }

    private void End(Dial dial, bool succeeded)
    {
        dial.IsOver = true;
        _dials.Remove(dial.Descriptor);
        RawSocket.Close(dial.Descriptor);
        // Of the warm-up.
        if (dial.DueAt < _measurement.StartedAt)
            return;
        if (!succeeded)
        {
            _measurement.Errors++;
            return;
        }

        _measurement.Operations++;
        _measurement.Latencies.Record(dial.DueAt, Stopwatch.GetTimestamp());
    }

    private sealed class Dial(int descriptor, long dueAt)
    {
        public int Descriptor { get; } = descriptor;

        public long DueAt { get; } = dueAt;

        public int Received { get; set; }

        public bool IsOver { get; set; }
    }
}
