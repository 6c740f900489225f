using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async;

/// <summary>No address of a host answered: every address with what became of it.</summary>
/// <remarks>
/// <see cref="ConnectionException.Error"/> and the inner exception are those of the attempt that got furthest: one that connected and failed afterwards leads one that was refused,
/// that one a silent one, that one a local failure; among equals the preferred family, then the earlier one. Without an attempt they are those of the look-up.
/// The text names no denied address and no rule; <see cref="Attempts"/> has the addresses.
/// </remarks>
public sealed class ConnectException : ConnectionException
{
    internal ConnectException(ConnectionError error, EndPoint host, IReadOnlyList<ConnectAttempt> attempts, IReadOnlyDictionary<AddressFamily, Exception> lookupErrors, string problem, Exception? innerException)
        : base(error, error == ConnectionError.Denied ? DenialOf(host) : Describe(host, attempts, problem), host, innerException) =>
        (Attempts, LookupErrors) = (attempts, lookupErrors);

    /// <summary>Every address of the host with what became of it: those that were dialled in the order in which they started, then those that were not tried, then the denied ones; empty when the look-up found none.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts { get; }

    /// <summary>What the look-up of each family said, where it failed; a family without an address is no failure.</summary>
    public IReadOnlyDictionary<AddressFamily, Exception> LookupErrors { get; }

    private static string Describe(EndPoint host, IReadOnlyList<ConnectAttempt> attempts, string problem)
    {
        var text = new StringBuilder($"Could not connect to {NetEndPoint.Format(host)}: {problem}");
        foreach (var attempt in attempts)
        {
            // Who may not reach an address need not be told that it is one of the host's.
            if (attempt.Outcome != ConnectOutcome.Denied)
                text.Append("; ").Append(attempt);
        }

        return text.Append('.').ToString();
    }

    /// <summary>What a denied connect says: a literal is not repeated, since in other words it may have been a riddle.</summary>
    internal static string DenialOf(EndPoint host) =>
        $"Could not connect to {(host is DnsEndPoint ? NetEndPoint.Format(host) : "the end point that was asked for")}: the connection policy denies it.";
}
