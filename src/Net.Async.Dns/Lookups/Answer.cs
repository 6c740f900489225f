using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What came of a question: addresses, none, or why it could not be found out.</summary>
/// <param name="Addresses">In the order of the answer; empty when the name has none in this family.</param>
/// <param name="TimeToLive">How long it holds; zero when it must not be kept.</param>
internal sealed record Answer(IReadOnlyList<IPAddress> Addresses, TimeSpan TimeToLive)
{
    public static readonly Answer None = new([], TimeSpan.Zero);

    /// <summary>Null when the look-up has succeeded.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The name is an alias, of one without an address in this family.</summary>
    public bool IsAlias { get; init; }

    /// <summary>Another name server would say the same.</summary>
    public bool IsFinal => Failure is null or { Kind: FailureKind.Final };

    /// <summary>The name is there: no search domain is tried after it.</summary>
    public bool EndsSearch => Addresses.Count > 0 || IsAlias;

    public bool IsNoSuchName => Failure is { Error: ConnectionError.HostNotFound };

    /// <summary>A failure that is worth another try; not one of them says anything about the name.</summary>
    public bool CouldNotTell => Failure is not null && !IsNoSuchName;

    public static Answer NoSuchName(string? explanation, TimeSpan timeToLive) => new([], timeToLive)
    {
        Failure = new Failure(ConnectionError.HostNotFound, "the name does not exist" + (explanation is null ? "" : $" ({explanation})"), SocketError.HostNotFound),
    };

    public static Answer TooManyAliases(int most) => Failed(new Failure(ConnectionError.LookupFailed, $"it leads through more than {most} aliases", SocketError.NoRecovery));

    public static Answer Failed(Failure failure) => new([], TimeSpan.Zero) { Failure = failure };
}
