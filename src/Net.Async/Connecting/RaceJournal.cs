using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The clock of one connect, and the receivers of its steps: the caller's progress, an activity, the instruments.</summary>
internal sealed class RaceJournal : IDisposable
{
    private readonly HappyEyeballsOptions _options;
    private readonly EndPoint _host;
    private readonly long _start;
    private readonly Activity? _activity;
    private int _started;

    public RaceJournal(HappyEyeballsOptions options, EndPoint host)
    {
        (_options, _host) = (options, host);
        _start = options.TimeProvider.GetTimestamp();
        _activity = Begin("connect", default, host, "server");
    }

    public TimeSpan Now => _options.TimeProvider.GetElapsedTime(_start);

    public void LookupStarted(AddressFamily family) => Guarded(family, static (journal, family) =>
    {
        journal.Note("dns_query_started", "dns.question.type", TypeOf(family));
        journal.Report(ConnectEventKind.LookupStarted, family, null, null);
    });

    public void LookupFinished(AddressFamily family, IReadOnlyList<IPAddress> addresses, TimeSpan since, Exception? error) => Guarded((family, addresses, since, error), static (journal, step) =>
    {
        var type = TypeOf(step.family);
        journal.Note("dns_query_finished", "dns.question.type", type);
        if (journal._activity is not null)
        {
            foreach (var address in step.addresses.Take(journal._options.Addresses.MaxAddresses))
                journal.Note("candidate_discovered", "network.peer.address", address.ToString());
        }

        ConnectTelemetry.LookupDuration.Record((journal.Now - step.since).TotalSeconds, new KeyValuePair<string, object?>("dns.question.type", type), ErrorTag(step.error));
        journal.Report(ConnectEventKind.LookupFinished, step.family, null, step.error);
    });

    public void Sorted(bool again, IReadOnlyList<IPAddress> order) => Guarded((again, order), static (journal, step) =>
    {
        if (journal._activity is not null)
            journal.Note(step.again ? "candidates_resorted" : "candidates_sorted", "netasync.candidates", string.Join(' ', step.order));
    });

    public void Denied(EndPoint endPoint, PolicyDecision decision) => Guarded((endPoint, decision), static (journal, step) =>
    {
        journal.Note("candidate_removed", "netasync.policy.decision", step.decision.ToString());
        Count("denied", step.endPoint);
        journal.Report(ConnectEventKind.AttemptDenied, AddressFamily.Unspecified, step.endPoint, PolicyGate.Denial(step.endPoint, step.decision));
    });

    public void DelayElapsed(EndPoint endPoint) => Guarded(endPoint, static (journal, endPoint) => journal.Report(ConnectEventKind.AttemptDelayElapsed, AddressFamily.Unspecified, endPoint, null));

    /// <summary>An attempt starts.</summary>
    public void Started(EndPoint endPoint, RaceReason reason) => Guarded((endPoint, reason), static (journal, step) =>
    {
        if (Interlocked.Increment(ref journal._started) == 1)
            ConnectTelemetry.FirstAttempt.Record(journal.Now.TotalSeconds);
        ConnectTelemetry.OpenAttempts.Add(1);
        if (journal._activity is not null)
        {
            journal.Note("attempt_scheduled", "reason", NameOf(step.reason));
            journal.Note("attempt_started", "network.peer.address", step.endPoint);
        }

        journal.Report(ConnectEventKind.AttemptStarted, AddressFamily.Unspecified, step.endPoint, null);
    });

    /// <summary>The activity of an attempt, which ends with it; null without a listener.</summary>
    public Activity? ActivityOf(EndPoint endPoint) => _activity is null ? null : Begin("connect attempt", _activity.Context, endPoint, "network.peer");

    /// <summary>An attempt has ended: with an error, cancelled, or connected and not reported before the race is decided.</summary>
    public void Ended(EndPoint endPoint, ConnectOutcome outcome, Exception? error, Activity? activity) => Guarded((endPoint, outcome, error, activity), static (journal, step) =>
    {
        var (name, count, kind) = NamesOf(step.outcome);
        ConnectTelemetry.OpenAttempts.Add(-1);
        Count(count, step.endPoint);
        journal.Note(name, "network.peer.address", step.endPoint);
        Fail(step.activity, step.error);
        step.activity?.Dispose();
        // The winner is told once the race is decided.
        if (step.outcome != ConnectOutcome.Connected)
            journal.Report(kind, AddressFamily.Unspecified, step.endPoint, step.outcome == ConnectOutcome.NoAnswer ? null : step.error);
    });

    public void Connected(EndPoint endPoint, int attempt) => Guarded((endPoint, attempt), static (journal, step) =>
    {
        ConnectTelemetry.ConnectDuration.Record(journal.Now.TotalSeconds, FamilyTag(step.endPoint));
        ConnectTelemetry.Winner.Record(step.attempt);
        Tag(journal._activity, step.endPoint, "network.peer");
        journal.Report(ConnectEventKind.Connected, AddressFamily.Unspecified, step.endPoint, null);
    });

    public void Failed(Exception error) => Guarded(error, static (journal, error) =>
    {
        ConnectTelemetry.ConnectDuration.Record(journal.Now.TotalSeconds, ErrorTag(error));
        Fail(journal._activity, error);
    });

    public void Dispose() => Guarded(_activity, static (_, activity) => activity?.Dispose());

    private static Activity? Begin(string name, ActivityContext parent, EndPoint endPoint, string prefix)
    {
        try
        {
            var activity = ConnectTelemetry.Source.StartActivity(name, ActivityKind.Client, parent);
            Tag(activity, endPoint, prefix);
            return activity;
        }
        catch (Exception exception)
        {
            // As below: a listener's mistake.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            return null;
        }
    }

    // Listeners to activities and instruments are users too: their mistakes are no reason not to connect.
    private void Guarded<T>(T step, Action<RaceJournal, T> tell)
    {
        try
        {
            tell(this, step);
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }

    private void Report(ConnectEventKind kind, AddressFamily family, EndPoint? endPoint, Exception? error) =>
        _options.Progress?.Report(new ConnectEvent(kind, Now, _host, family, endPoint, error));

    // Event names are those of the qlog definitions for Happy Eyeballs.
    private void Note(string name, string tag, object value) =>
        _activity?.AddEvent(new ActivityEvent(name, tags: new ActivityTagsCollection { [tag] = value is EndPoint endPoint ? NetEndPoint.Format(endPoint) : value }));

    private static void Count(string outcome, EndPoint endPoint) =>
        ConnectTelemetry.Attempts.Add(1, new KeyValuePair<string, object?>("netasync.attempt.outcome", outcome), FamilyTag(endPoint));

    private static void Fail(Activity? activity, Exception? error)
    {
        if (activity is null || error is null)
            return;
        activity.SetStatus(ActivityStatusCode.Error, error.Message);
        activity.SetTag("error.type", ErrorTag(error).Value);
    }

    private static void Tag(Activity? activity, EndPoint endPoint, string prefix)
    {
        if (activity is null)
            return;
        var (address, port) = endPoint switch
        {
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            _ => (NetEndPoint.Format(endPoint), 0),
        };
        activity.SetTag(prefix + ".address", address);
        if (port != 0)
            activity.SetTag(prefix + ".port", port);
    }

    private static KeyValuePair<string, object?> ErrorTag(Exception? error) =>
        new("error.type", error is null ? null : (error as ConnectionException)?.Error.ToString() ?? error.GetType().Name);

    private static KeyValuePair<string, object?> FamilyTag(EndPoint endPoint) => new("network.type", (endPoint as IPEndPoint)?.AddressFamily switch
    {
        AddressFamily.InterNetwork => "ipv4",
        AddressFamily.InterNetworkV6 => "ipv6",
        _ => "local",
    });

    private static string TypeOf(AddressFamily family) => family == AddressFamily.InterNetwork ? "A" : "AAAA";

    private static (string Name, string Count, ConnectEventKind Kind) NamesOf(ConnectOutcome outcome) => outcome switch
    {
        ConnectOutcome.Connected => ("attempt_succeeded", "connected", ConnectEventKind.Connected),
        ConnectOutcome.NoAnswer => ("attempt_canceled", "cancelled", ConnectEventKind.AttemptCancelled),
        ConnectOutcome.Denied => ("attempt_failed", "denied", ConnectEventKind.AttemptDenied),
        _ => ("attempt_failed", "failed", ConnectEventKind.AttemptFailed),
    };

    private static string NameOf(RaceReason reason) => reason switch
    {
        RaceReason.Answer => "dns_completed",
        RaceReason.ResolutionDelay => "resolution_delay_expired",
        RaceReason.AttemptDelay => "policy_timer",
        _ => "attempt_failed",
    };
}
