using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a connect has to tell: its attempts, and when none won, why.</summary>
internal sealed class RaceReport(HappyEyeballsOptions options, RaceTarget target, Reach reach, PolicyGate gate)
{
    private readonly AttemptList _attempts = new();
    private readonly Dictionary<AddressFamily, Exception> _lookupErrors = [];
    private int _denied;
    private bool _timedOut;

    public IReadOnlyList<ConnectAttempt> Attempts => _attempts;

    public void Add(AddressFamily family, RaceAnswer answer)
    {
        _denied += answer.Denied;
        if (answer.Error is { } error)
            _lookupErrors[family] = error;
    }

    public void Set(IEnumerable<RaceAttempt> attempts) => _attempts.Set(attempts);

    public void TimedOut() => _timedOut = true;

    /// <summary>Whether an attempt failed before anything left this machine.</summary>
    public bool IsLocal(RaceAttempt attempt) => attempt.Handshake is null
        && ((attempt.Error as ConnectionException)?.Error is ConnectionError.AddressNotAvailable or ConnectionError.AddressFamilyNotSupported or ConnectionError.ResourceShortage
            || !HasRoute(attempt.EndPoint));

    public ConnectException Failure()
    {
        if (_timedOut)
            return Made(ConnectionError.TimedOut, FormattableString.Invariant($"timed out after {options.ConnectTimeout.TotalSeconds} s"), null);
        if (_denied > 0 && (_attempts.Count == 0 || gate.DeniesMixedAnswers))
            return Made(ConnectionError.Denied, "the connection policy denies it", null);
        return _attempts.Count == 0 ? NothingToTry() : NoneAnswered();
    }

    private ConnectException NothingToTry()
    {
        var cause = _lookupErrors.Values.OfType<ConnectionException>().FirstOrDefault() ?? _lookupErrors.Values.FirstOrDefault();
        var error = (cause as ConnectionException)?.Error ?? ConnectionError.HostNotFound;
        return Made(error, error == ConnectionError.HostNotFound ? "the name has no address" : "the look-up failed", cause);
    }

    // The one that tells most: the first that reached the network, of the preferred family if there is one; a missing route tells of this machine only.
    private ConnectException NoneAnswered()
    {
        var reached = _attempts.Where(attempt => HasRoute(attempt.EndPoint)).ToList();
        var telling = (reached.Find(attempt => attempt.EndPoint.AddressFamily == options.PreferredFamily) ?? reached.FirstOrDefault() ?? _attempts[0]).Error;
        var told = telling as ConnectionException;
        return Made(told?.Error ?? ConnectionError.Unknown,
            _attempts.Count == 1 ? "the one address did not answer" : $"none of {_attempts.Count} addresses answered", told?.InnerException ?? telling);
    }

    private ConnectException Made(ConnectionError error, string problem, Exception? cause) => new(error, target.EndPoint, _attempts, _lookupErrors, problem, cause);

    private bool HasRoute(EndPoint endPoint) => reach.SourceFor(((IPEndPoint)endPoint).Address) is not null;
}
