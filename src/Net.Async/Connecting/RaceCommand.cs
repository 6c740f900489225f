using System.Net;
using System.Net.Sockets;

namespace Net.Async;

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
    /// <summary>Look a family up.</summary>
    Resolve,

    /// <summary>Start an attempt.</summary>
    Start,

    /// <summary>Nothing: the attempt has been silent, and the next one starts beside it.</summary>
    DelayElapsed,

    /// <summary>End an attempt and close its socket.</summary>
    Cancel,
}

/// <summary>Why an attempt starts now.</summary>
internal enum RaceReason
{
    /// <summary>A look-up has ended.</summary>
    Answer,

    /// <summary>The Resolution Delay has passed.</summary>
    ResolutionDelay,

    /// <summary>The attempt before it has been silent for its delay.</summary>
    AttemptDelay,

    /// <summary>An attempt before it has failed.</summary>
    Failure,
}

/// <summary>One thing to do.</summary>
internal readonly record struct RaceCommand(RaceAction Action)
{
    public int Attempt { get; init; }

    public IPAddress? Address { get; init; }

    public AddressFamily Family { get; init; }

    public RaceReason Reason { get; init; }
}
