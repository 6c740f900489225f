namespace Net.Async.Namespaces;

/// <summary>What came of all cases under one policy.</summary>
/// <param name="Policy">Its kind.</param>
/// <param name="Cases">How many were played.</param>
/// <param name="Arrivals">How many cases of each category arrived at an address that they must not.</param>
/// <param name="Examples">The first of them.</param>
/// <param name="StrayOpens">SYNs that were sent (TCP ActiveOpens of the namespace) beyond those to the public server.</param>
public sealed record GuardReport(string Policy, int Cases, IReadOnlyDictionary<string, int> Arrivals, IReadOnlyList<string> Examples, long StrayOpens)
{
    /// <summary>The control: no policy at all.</summary>
    public const string Unguarded = "no policy";
}
