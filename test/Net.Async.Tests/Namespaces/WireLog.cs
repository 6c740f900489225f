using System.Net;
using Net.Async.Namespaces;

namespace Net.Async.Tests.Namespaces;

/// <summary>What the wire saw of one try, with times in milliseconds since the client's call.</summary>
public sealed class WireLog
{
    private readonly IReadOnlyList<Segment> _segments;

    /// <param name="segments">Those of the whole scenario.</param>
    /// <param name="from">When the call was made.</param>
    /// <param name="until">When the next one was; infinity for the last.</param>
    public WireLog(IEnumerable<Segment> segments, double from, double until)
    {
        _segments = [.. segments.Where(segment => segment.At >= from && segment.At < until && !IsWarmUp(segment)).Select(segment => segment with { At = segment.At - from })];
        Starts = [.. Syns.DistinctBy(static syn => (syn.SourcePort, syn.Destination)).Select(static syn => new Start(syn.Destination, syn.At))];
    }

    /// <summary>Every SYN of the client, those sent again included.</summary>
    public IEnumerable<Segment> Syns => _segments.Where(static segment => segment.FromClient && segment.IsSyn);

    /// <summary>The first SYN of each connection, in order.</summary>
    public IReadOnlyList<Start> Starts { get; }

    /// <summary>What the client ended connections to an address with.</summary>
    public IEnumerable<Segment> EndsOf(string address) =>
        _segments.Where(segment => segment.FromClient && segment.Destination == address && (segment.Flags.Contains('R') || segment.Flags.Contains('F')));

    public override string ToString() => string.Join('\n', _segments.Select(static segment =>
        $"{segment.At,9:0.0} ms  {segment.Flags,-3} {(segment.FromClient ? "to" : "from")} {(segment.FromClient ? segment.Destination : segment.Source)}{(segment.Lost ? " lost" : "")}"));

    private static bool IsWarmUp(Segment segment) => Label.IsWarmUp(IPAddress.Parse(segment.FromClient ? segment.Destination : segment.Source));
}

/// <summary>The start of an attempt, as the wire saw it.</summary>
public sealed record Start(string Address, double At);
