using System.Net.Sockets;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Net.Async;

/// <summary>Which failures of a connect may be gone a moment later.</summary>
public static class TransientConnectionErrors
{
    /// <summary>Whether the same connect may succeed if it is only tried again.</summary>
    /// <param name="exception">What a connect ended with.</param>
    /// <returns>
    /// True for a <see cref="ConnectionException"/> with <see cref="ConnectionError.Refused"/>, <see cref="ConnectionError.PathNotFound"/>, <see cref="ConnectionError.TimedOut"/>,
    /// <see cref="ConnectionError.Reset"/>, <see cref="ConnectionError.NetworkUnreachable"/>, <see cref="ConnectionError.HostUnreachable"/>, <see cref="ConnectionError.ResourceShortage"/> or <see cref="ConnectionError.LookupFailed"/>, unless the look-up says that it cannot be recovered from (EAI_FAIL);
    /// with any other error when a look-up behind it says "try again" (EAI_AGAIN), not when the name does not exist; and for a time limit of Polly's.
    /// False for everything else, a failed TLS handshake, an open circuit and the caller's cancellation too.
    /// </returns>
    public static bool IsTransient(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            TimeoutRejectedException => true,
            // Nothing was asked: to ask again at once is what an open circuit is there to prevent.
            ConnectionException { InnerException: BrokenCircuitException } => false,
            // A name server that takes the question for a bad one will do so again.
            ConnectionException { Error: ConnectionError.LookupFailed } => !Says(SocketError.NoRecovery, exception),
            ConnectionException connection => Passes(connection.Error) || Says(SocketError.TryAgain, exception),
            _ => false,
        };
    }

    private static bool Passes(ConnectionError error) => error switch
    {
        // A server that is being restarted does not listen yet; of a local one the path does not exist yet.
        ConnectionError.Refused or ConnectionError.PathNotFound or ConnectionError.Reset => true,
        ConnectionError.TimedOut or ConnectionError.NetworkUnreachable or ConnectionError.HostUnreachable => true,
        ConnectionError.ResourceShortage => true,
        _ => false,
    };

    private static bool Says(SocketError error, Exception exception)
    {
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket && socket.SocketErrorCode == error)
                return true;
        }

        return false;
    }
}
