namespace Net.Async.Namespaces;

/// <summary>A scenario that has been played: what the client says of it, and what the wire, the name server and the services saw.</summary>
public sealed record Played(ScenarioResult Result, IReadOnlyList<Segment> Segments, IReadOnlyList<Asked> Asked, IReadOnlyList<Served> Served);
