using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a race is run with.</summary>
/// <param name="PreferredFamily">Whose answer opens the race.</param>
/// <param name="ResolutionDelay">How long the other family's answer waits for it.</param>
/// <param name="AttemptDelay">How long an attempt may be silent before the next one starts beside it.</param>
/// <param name="MaxConcurrentAttempts">How many run at a time.</param>
/// <param name="MaxAddresses">How many addresses are kept.</param>
/// <param name="CanGoFirst">Whether no address of the other family could be sorted before this one.</param>
internal sealed record RaceSettings(
    AddressFamily PreferredFamily,
    TimeSpan ResolutionDelay,
    TimeSpan AttemptDelay,
    int MaxConcurrentAttempts,
    int MaxAddresses,
    Func<IPAddress, bool> CanGoFirst);

/// <summary>How a race stands.</summary>
internal enum RaceOutcome
{
    Running,
    Won,
    Failed,
    Cancelled,
}

/// <summary>What the driver is asked to do.</summary>
internal enum RaceAction
{
    /// <summary>Start an attempt.</summary>
    Start,

    /// <summary>Nothing: the attempt has been silent, and the next one starts beside it.</summary>
    Slow,

    /// <summary>End an attempt and close its socket.</summary>
    Cancel,
}

/// <summary>One thing to do.</summary>
internal readonly record struct RaceCommand(RaceAction Action, int Attempt, IPAddress? Address);
