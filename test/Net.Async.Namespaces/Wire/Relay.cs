namespace Net.Async.Namespaces;

/// <summary>Frames from one namespace to the other: late, lost or held, as the rules say, and every SYN, RST and FIN noted.</summary>
internal sealed class Relay(Tap client, Tap services)
{
    private readonly PriorityQueue<(Tap To, byte[] Frame), (double Due, long Order)> _underWay = new();
    private readonly Dictionary<TcpHeader, int> _lost = [];
    private readonly Dictionary<int, (string From, byte[] Frame)> _held = [];
    private long _order;
    private int _turn;

    public WireRules Rules { get; set; } = new();

    /// <summary>How long until the next frame is due.</summary>
    public TimeSpan UntilDue => _underWay.TryPeek(out _, out var next) ? TimeSpan.FromMilliseconds(Math.Max(next.Due - Lines.Now, 0)) : TimeSpan.FromSeconds(1);

    /// <summary>Delivers what is due.</summary>
    public void Deliver()
    {
        while (_underWay.TryPeek(out var next, out var priority) && priority.Due <= Lines.Now)
        {
            _underWay.Dequeue();
            next.To.Write(next.Frame);
        }
    }

    /// <summary>Takes one frame from a side.</summary>
    public void Take(Tap from, Span<byte> buffer)
    {
        var frame = buffer[..from.Read(buffer)];
        var now = Lines.Now;
        var to = from == client ? services : client;
        if (!TcpHeader.TryRead(frame, out var header))
        {
            to.Write(frame);
            return;
        }

        var service = from == client ? header.Destination : header.Source;
        var lost = header.IsSyn && IsLost(header);
        if (header.BeginsOrEnds)
            Lines.Say(new Segment(Math.Round(now, 3), from == client, header.Source.ToString(), header.SourcePort, header.Destination.ToString(), header.DestinationPort, header.FlagText, lost));
        if (lost)
            return;
        var due = now + (Rules.RoundTripOf(service).TotalMilliseconds / 2);
        if (header.IsSynAck && from == services && Label.Of(service) is { } label && Label.AnswersTogether(label))
            Meet(label, service.ToString(), frame, due);
        else
            Send(to, frame, due);
    }

    private bool IsLost(in TcpHeader header)
    {
        var most = Rules.LostSynsOf(header.Destination);
        if (most == 0 || _lost.GetValueOrDefault(header) >= most)
            return false;
        _lost[header] = _lost.GetValueOrDefault(header) + 1;
        return true;
    }

    // The first family's answer is held until the other family's is there, then both arrive, one right behind the other, by turns.
    private void Meet(int label, string service, ReadOnlySpan<byte> frame, double due)
    {
        if (!_held.Remove(label, out var other) || other.From == service)
        {
            _held[label] = (service, frame.ToArray());
            return;
        }

        var held = _turn++ % 2 == 0;
        Send(client, held ? other.Frame : frame, due);
        Send(client, held ? frame : other.Frame, due);
    }

    private void Send(Tap to, ReadOnlySpan<byte> frame, double due)
    {
        if (due <= Lines.Now)
            to.Write(frame);
        else
            _underWay.Enqueue((to, frame.ToArray()), (due, _order++));
    }
}
