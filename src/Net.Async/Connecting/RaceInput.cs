using System.Net.Sockets;

namespace Net.Async;

/// <summary>What can happen to a connect.</summary>
internal enum RaceInputKind
{
    /// <summary>A look-up has ended.</summary>
    Answered,

    /// <summary>An attempt is connected and has more to do.</summary>
    Reached,

    /// <summary>An attempt has connected and is done, or has ended otherwise.</summary>
    Ended,

    /// <summary>The race asked to be woken.</summary>
    Woken,

    /// <summary>The time limit of the connect has passed.</summary>
    TimedOut,

    /// <summary>The caller has cancelled.</summary>
    Cancelled,
}

/// <summary>One thing that has happened.</summary>
internal sealed record RaceInput(RaceInputKind Kind)
{
    public int Attempt { get; init; }

    public RaceAnswer? Answer { get; init; }

    public AddressFamily Family { get; init; }
}
