using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a connect has to tell: every address with what became of it, and when none won, why.</summary>
/// <param name="options">The connector's.</param>
/// <param name="host">What was asked for.</param>
/// <param name="toDial">The end point that an address is connected to at.</param>
/// <param name="deniesMixedAnswers">One denied address denies the host.</param>
internal sealed class RaceReport(HappyEyeballsOptions options, EndPoint host, Func<IPAddress, EndPoint> toDial, bool deniesMixedAnswers)
{
    private readonly AttemptList _attempts = new();
    private readonly Dictionary<AddressFamily, Exception> _lookupErrors = [];
    private readonly List<IPAddress> _found = [];
    private readonly List<IPAddress> _foreign = [];
    private readonly List<IPAddress> _deniedAddresses = [];
    private IReadOnlyList<RaceAttempt> _tried = [];
    private bool _denied;
    private bool _timedOut;

    public IReadOnlyList<ConnectAttempt> Attempts => _attempts;

    public void Add(AddressFamily family, RaceAnswer answer)
    {
        _denied |= answer.Denied > 0;
        _found.AddRange(answer.Addresses);
        _foreign.AddRange(answer.Foreign);
        _deniedAddresses.AddRange(answer.DeniedAddresses);
        if (answer.Error is { } error)
            _lookupErrors[family] = error;
    }

    /// <summary>The race is over, and all of its attempts are. A connection shows what led to it, an error every address.</summary>
    public void Close(IReadOnlyList<RaceAttempt> tried, bool won, TimeSpan now)
    {
        _tried = tried;
        List<ConnectAttempt> all = [.. tried.Select(static attempt => attempt.ToConnectAttempt())];
        _attempts.Set(all);
        if (won)
            return;
        var listed = all.Select(static attempt => attempt.EndPoint).ToHashSet();
        List(_found, ConnectOutcome.NotTried, static _ => null);
        List(_foreign, ConnectOutcome.NotTried, Foreign);
        List(_deniedAddresses, ConnectOutcome.Denied, static endPoint => new ConnectionException(ConnectionError.Denied, "The connection policy denies it.", endPoint));

        void List(List<IPAddress> addresses, ConnectOutcome outcome, Func<EndPoint, Exception?> error)
        {
            foreach (var endPoint in addresses.Select(toDial).Where(listed.Add))
                all.Add(new ConnectAttempt(endPoint, outcome, now, TimeSpan.Zero, error(endPoint)));
        }
    }

    /// <summary>Why none won.</summary>
    /// <param name="timedOut">The time limit ended it.</param>
    public ConnectionException Failure(bool timedOut)
    {
        _timedOut = timedOut;
        if (_denied && deniesMixedAnswers)
            return Denied();
        var lead = _tried.Where(static attempt => attempt.Outcome != ConnectOutcome.Denied)
            .OrderByDescending(GotTo).ThenByDescending(attempt => attempt.Family == options.Addresses.PreferredFamily).FirstOrDefault();
        return lead is not null ? NoneAnswered(lead)
            : _timedOut ? CreateException(ConnectionError.TimedOut, TimeLimit("timed out after"), null)
            : _denied || _tried.Count > 0 ? Denied()
            : NothingToTry();
    }

    // How far an attempt came: it did not leave this machine, was not answered, was turned away, connected and was not done, connected and failed.
    private static int GotTo(RaceAttempt attempt) => (attempt.Outcome, attempt.Handshake) switch
    {
        (ConnectOutcome.Failed, not null) => 5,
        (_, not null) => 4,
        (ConnectOutcome.Failed, _) when attempt.SentNothing => 1,
        (ConnectOutcome.Failed, _) when attempt.Error is ConnectionException { Error: ConnectionError.Refused or ConnectionError.Reset } => 3,
        _ => 2,
    };

    private ConnectionException NoneAnswered(RaceAttempt lead)
    {
        var told = lead.Error as ConnectionException;
        var error = told?.Error ?? (lead.Handshake is null ? ConnectionError.Unknown : ConnectionError.EstablishFailed);
        // An answer that did not come has no cause to show.
        var cause = lead.Outcome == ConnectOutcome.NoAnswer ? null : told?.InnerException ?? lead.Error;
        if (_timedOut && error == ConnectionError.TimedOut)
            return CreateException(error, TimeLimit("timed out after"), cause);
        var count = _tried.Count(static attempt => attempt.Outcome != ConnectOutcome.Denied);
        return CreateException(error, (count == 1 ? "the one address did not answer" : $"none of {count} addresses answered") + (_timedOut ? TimeLimit(" within") : ""), cause);
    }

    private ConnectionException NothingToTry()
    {
        if (_lookupErrors.Values.FirstOrDefault(static error => !SaysThatThereIsNone(error)) is { } error)
        {
            return error is ConnectionException told
                ? CreateException(told.Error is ConnectionError.HostNotFound or ConnectionError.Unknown ? ConnectionError.LookupFailed : told.Error, "the look-up failed", told)
                : CreateException(ConnectionError.LookupFailed, $"the resolver failed with {error.GetType().Name}", error);
        }

        return _foreign.Count > 0 ? CreateException(ConnectionError.AddressFamilyNotSupported, "the answer has no address of the family that was asked for", null)
            : CreateException(ConnectionError.HostNotFound, "the name has no address", _lookupErrors.Values.FirstOrDefault());
    }

    // The operating system's "try again" and "cannot tell" are no word about the name.
    private static bool SaysThatThereIsNone(Exception error)
    {
        if (error is not ConnectionException { Error: ConnectionError.HostNotFound })
            return false;
        for (var cause = error.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException { SocketErrorCode: SocketError.TryAgain or SocketError.NoRecovery })
                return false;
        }

        return true;
    }

    private static ConnectionException Foreign(EndPoint endPoint) => new(ConnectionError.AddressFamilyNotSupported,
        "It is of another family than was asked for; an IPv4-mapped address is no answer for IPv6.", endPoint);

    private string TimeLimit(string what) => FormattableString.Invariant($"{what} {options.ConnectTimeout.TotalSeconds} s");

    private ConnectionException Denied() => CreateException(ConnectionError.Denied, "", null);

    private ConnectionException CreateException(ConnectionError error, string problem, Exception? cause) => ConnectFailure.Of(error, host, _attempts, _lookupErrors, problem, cause);
}
