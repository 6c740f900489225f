using System.Net;

namespace Net.Async;

/// <summary>What came of a question: addresses, none, or why nobody could tell.</summary>
/// <param name="Addresses">In the order of the answer; empty when the name has none in this family.</param>
/// <param name="TimeToLive">How long it holds; zero when it must not be kept.</param>
internal sealed record Answer(IReadOnlyList<IPAddress> Addresses, TimeSpan TimeToLive)
{
    /// <summary>Null when the look-up has succeeded. A value and no exception: every caller gets an exception of its own, with its own spelling of the name.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Another name server would say the same.</summary>
    public bool IsFinal => Failure is null or { Error: ConnectionError.HostNotFound };

    public static Answer Failed(ConnectionError error, string why, Exception? cause = null, TimeSpan timeToLive = default) =>
        new([], timeToLive) { Failure = new Failure(error, why, cause) };
}

/// <summary>Why a look-up failed: the end of a sentence that begins with the name.</summary>
internal sealed record Failure(ConnectionError Error, string Why, Exception? Cause);
