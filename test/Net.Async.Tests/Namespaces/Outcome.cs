using System.Net;
using System.Net.Sockets;
using Net.Async.Namespaces;

namespace Net.Async.Tests.Namespaces;

/// <summary>A scenario that was played, and what may be asserted of it.</summary>
/// <remarks>
/// Lower bounds are strict: nothing may happen before its time after the call, and the wire and the client read one clock.
/// Upper bounds leave room for a busy machine, and still tell one delay from the next.
/// </remarks>
public sealed class Outcome
{
    /// <summary>Room above each bound, in milliseconds.</summary>
    public const int Slack = 200;

    // The timers of .NET read a clock that moves with the kernel's tick: a time limit may pass up to a tick early.
    private const int Tick = 10;

    private readonly Played _played;

    public Outcome(Played played)
    {
        _played = played;
        var rounds = played.Result.Rounds;
        Wires = [.. rounds.Select((round, i) => new WireLog(played.Segments, round.Started, i + 1 < rounds.Count ? rounds[i + 1].Started : double.PositiveInfinity))];
    }

    public IReadOnlyList<Round> Rounds => _played.Result.Rounds;

    public IReadOnlyList<WireLog> Wires { get; }

    public Round Round => Assert.Single(Rounds);

    public WireLog Wire => Assert.Single(Wires);

    /// <summary>The questions that came to the name server about a host.</summary>
    public IEnumerable<Asked> QuestionsAbout(string host) => _played.Asked.Where(asked => asked.Name == host);

    /// <summary>The families that were asked for a host; the C library may ask again under its search list.</summary>
    public IEnumerable<AddressFamily> AskedFor(string host) => QuestionsAbout(host).Select(static asked => asked.Family).Distinct().Order();

    /// <summary>What the service at an address noted.</summary>
    public IEnumerable<string> NotedBy(string address) => _played.Served.Where(served => served.Service == address).Select(static served => served.Event);

    /// <summary>The one connection there is after the return goes to this address, and the service there has answered on it.</summary>
    public void Won(string address)
    {
        Assert.Null(Round.Error);
        Assert.Equal($"OK {address}", Round.Greeting);
        Assert.Equal(address, Established(Round));
    }

    /// <summary>It failed so.</summary>
    public void Failed(ConnectionError error)
    {
        Assert.Equal(nameof(ConnectionException), Round.Error);
        Assert.Equal(error, Round.ConnectionError);
    }

    /// <summary>Exactly these connections were begun, in this order, each at its time or not much later.</summary>
    public void Started(params (string Address, int At)[] expected)
    {
        Assert.Equal(expected.Select(static start => start.Address), Wire.Starts.Select(static start => start.Address));
        Assert.All(expected.Zip(Wire.Starts), static pair => Assert.InRange(pair.Second.At, pair.First.At, pair.First.At + Slack));
    }

    /// <summary>The call took so long, to the tick, or not much longer.</summary>
    public void Took(int milliseconds) => Assert.InRange(Round.Elapsed, milliseconds - Tick, milliseconds + Slack);

    /// <summary>No SYN after the return; open then is the connection or nothing, and nothing at the end.</summary>
    public void LeftNothing()
    {
        Assert.All(Rounds.Zip(Wires), static pair =>
        {
            Assert.DoesNotContain(pair.Second.Syns, syn => syn.At > pair.First.Elapsed);
            Assert.Equal(pair.First.Error is null ? ["ESTAB"] : [], pair.First.Sockets.Where(static row => row.IsOpen).Select(static row => row.State));
            Assert.DoesNotContain(pair.First.SocketsAtEnd, static row => row.IsOpen);
        });
        Assert.Equal(_played.Result.DescriptorsBefore, _played.Result.DescriptorsAfter);
    }

    /// <summary>The address of the one established connection after the return.</summary>
    public static string Established(Round round) => IPEndPoint.Parse(Assert.Single(round.Sockets, static row => row.IsOpen).Peer).Address.ToString();

    public override string ToString() => string.Join("\n\n", Rounds.Zip(Wires, static (round, wire) =>
        $"{round.Elapsed:0.0} ms, {round.Message ?? round.Greeting ?? "connected"}\n{round.Timeline}{wire}"));
}
