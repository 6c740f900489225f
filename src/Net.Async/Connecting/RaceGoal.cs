using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a connect races to: where its addresses come from, which end point each one is, and what the result is.</summary>
internal abstract class RaceGoal(PolicyGate gate)
{
    /// <summary>Judges every end point of this connect.</summary>
    public PolicyGate Gate => gate;

    /// <summary>What the race is run with.</summary>
    public abstract RaceSettings Settings { get; }

    /// <summary>What a connection will show: nothing before the end.</summary>
    public abstract IReadOnlyList<ConnectAttempt> Attempts { get; }

    /// <summary>The addresses of one family where they are known; null where they have to be looked up.</summary>
    public virtual RaceAnswer? Known(AddressFamily family) => null;

    /// <summary>Looks the addresses of one family up. Never throws: what went wrong is in the answer.</summary>
    public abstract Task<RaceAnswer> AskAsync(AddressFamily family, CancellationToken cancellationToken);

    /// <summary>Notes an answer that came in time.</summary>
    /// <returns>Whether the race may run on.</returns>
    public abstract bool Add(AddressFamily family, RaceAnswer answer);

    /// <summary>An attempt at an address of the race.</summary>
    public abstract RaceAttempt NewAttempt(int number, IPAddress address);

    /// <summary>The race is over, and all of its attempts are.</summary>
    public abstract void Close(IReadOnlyList<RaceAttempt> tried, RaceAttempt? winner);

    /// <summary>Why none won; asked after <see cref="Close"/>.</summary>
    public abstract ConnectionException Failure(bool timedOut);
}
