using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async;

/// <summary>The errors of failed connects, and their text.</summary>
internal static class ConnectFailure
{
    /// <summary>No address of a host could be connected to: every address with what became of it.</summary>
    public static ConnectionException Of(
        ConnectionError error, EndPoint host, IReadOnlyList<ConnectAttempt> attempts, IReadOnlyDictionary<AddressFamily, Exception> lookupErrors, string problem, Exception? innerException) =>
        new(error, error == ConnectionError.Denied ? DenialOf(host) : Describe(host, attempts, problem), host, innerException) { Attempts = attempts, LookupErrors = lookupErrors };

    /// <summary>What the caller sees of a denial. The text names neither rule nor address, since that would answer a program that probes.</summary>
    public static ConnectionException Denied(EndPoint endPoint, IReadOnlyList<ConnectAttempt>? attempts = null) =>
        new(ConnectionError.Denied, DenialOf(endPoint), endPoint) { Attempts = attempts ?? [] };

    /// <summary>The time limit passed at the one address.</summary>
    public static ConnectionException TimedOut(EndPoint endPoint, TimeSpan limit, IReadOnlyList<ConnectAttempt>? attempts = null) =>
        new(ConnectionError.TimedOut, FormattableString.Invariant($"Could not connect to {NetEndPoint.Format(endPoint)}: timed out after {limit.TotalSeconds} s."), endPoint) { Attempts = attempts ?? [] };

    /// <summary>The one address could not be connected to, or what had to be established on it failed.</summary>
    public static ConnectionException OfOne(EndPoint endPoint, Exception cause, bool hasConnected, IReadOnlyList<ConnectAttempt> attempts)
    {
        // The same words and the same cause: only the attempts are added.
        if (cause is ConnectionException known)
            return new(known.Error, known.Message, known.EndPoint, known.InnerException) { Attempts = attempts };
        var problem = cause is OperationCanceledException ? "what establishes gave up without being cancelled" : cause.Message.TrimEnd('.');
        return new(hasConnected ? ConnectionError.EstablishFailed : ConnectionError.Unknown, $"Could not connect to {NetEndPoint.Format(endPoint)}: {problem}.", endPoint, cause) { Attempts = attempts };
    }

    private static string Describe(EndPoint host, IReadOnlyList<ConnectAttempt> attempts, string problem)
    {
        var text = new StringBuilder($"Could not connect to {NetEndPoint.Format(host)}: {problem}");
        foreach (var attempt in attempts)
        {
            // A caller that may not reach an address need not learn that it is one of the host's.
            if (attempt.Outcome != ConnectOutcome.Denied)
                text.Append("; ").Append(attempt);
        }

        return text.Append('.').ToString();
    }

    // A literal is not repeated, since in other words it may have been a riddle.
    private static string DenialOf(EndPoint host) =>
        $"Could not connect to {(host is DnsEndPoint ? NetEndPoint.Format(host) : "the end point that was asked for")}: the connection policy denies it.";
}
