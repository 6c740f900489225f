using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a race is run with.</summary>
internal sealed record RaceSettings
{
    /// <summary>The families to look up at once, the preferred one first.</summary>
    public required IReadOnlyList<AddressFamily> Families { get; init; }

    /// <summary>Looked up only when those have no address that answers: families that this machine has no route for.</summary>
    public IReadOnlyList<AddressFamily> Reserve { get; init; } = [];

    /// <summary>Whose answer opens the race.</summary>
    public required AddressFamily PreferredFamily { get; init; }

    /// <summary>How long the other family's answer waits for it.</summary>
    public required TimeSpan ResolutionDelay { get; init; }

    /// <summary>How long an attempt to an address may be silent before the next one starts beside it.</summary>
    public required Func<IPAddress, TimeSpan> AttemptDelayOf { get; init; }

    /// <summary>How many run at a time.</summary>
    public required int MaxConcurrentAttempts { get; init; }

    /// <summary>How many addresses are kept.</summary>
    public required int MaxAddresses { get; init; }

    /// <summary>Nothing starts before every look-up has ended.</summary>
    public bool WaitsForAllAnswers { get; init; }

    /// <summary>Puts addresses in the order to try them.</summary>
    public required Func<IReadOnlyList<IPAddress>, IReadOnlyList<IPAddress>> Order { get; init; }

    /// <summary>Whether no address of the other family could be sorted before this one.</summary>
    public required Func<IPAddress, bool> CanGoFirst { get; init; }
}
