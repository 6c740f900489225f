using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async;

/// <summary>No address of a host answered: every attempt with its error and its time.</summary>
/// <remarks><see cref="ConnectionException.Error"/> and the inner exception are those of the first attempt that reached the network, of the preferred family if there is one, or else of the look-up.</remarks>
public sealed class ConnectException : ConnectionException
{
    internal ConnectException(ConnectionError error, EndPoint host, IReadOnlyList<ConnectAttempt> attempts, IReadOnlyDictionary<AddressFamily, Exception> lookupErrors, string problem, Exception? innerException)
        : base(error, Describe(host, attempts, problem), host, innerException) =>
        (Attempts, LookupErrors) = (attempts, lookupErrors);

    /// <summary>The attempts, in the order in which they started; empty when the look-up found nothing to try.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts { get; }

    /// <summary>What the look-up of each family said, where it failed; a family without an address is no failure.</summary>
    public IReadOnlyDictionary<AddressFamily, Exception> LookupErrors { get; }

    private static string Describe(EndPoint host, IReadOnlyList<ConnectAttempt> attempts, string problem)
    {
        var text = new StringBuilder($"Could not connect to {NetEndPoint.Format(host)}: {problem}");
        foreach (var attempt in attempts)
        {
            var error = (attempt.Error as ConnectionException)?.Error.ToString() ?? attempt.Error?.GetType().Name ?? "no answer";
            text.Append(CultureInfo.InvariantCulture, $"; {NetEndPoint.Format(attempt.EndPoint)} {error} after {attempt.Duration.TotalMilliseconds:0} ms");
        }

        return text.Append('.').ToString();
    }
}
