namespace Net.Async.Namespaces;

/// <summary>The names that are there in every scenario.</summary>
internal static class StandingZone
{
    private const string Nat64Name = "ipv4only.arpa";

    // One refuses, one answers: both ways are trodden before anything counts.
    private static readonly ZoneEntry[] s_always =
    [
        ZoneEntry.Of(Scenario.WarmUpHost, Label.V6(Label.WarmUpReset), Label.V6(Label.WarmUp)),
        ZoneEntry.Of(Scenario.WarmUpHost, Label.V4(Label.WarmUpReset), Label.V4(Label.WarmUp)),
        ZoneEntry.Of(Nat64Name, "192.0.0.170", "192.0.0.171"),
    ];

    public static IReadOnlyList<ZoneEntry> In(Mode mode) => mode == Mode.V6Only
        ? [.. s_always, ZoneEntry.Of(Nat64Name, "64:ff9b::192.0.0.170", "64:ff9b::192.0.0.171")]
        : s_always;
}
