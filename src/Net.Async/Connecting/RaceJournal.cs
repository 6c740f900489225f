using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The clock of one connect, and who is told of its steps: the caller's progress, an activity, the instruments.</summary>
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
        _activity = ConnectTelemetry.Source.StartActivity("connect", ActivityKind.Client);
        Tag(_activity, host, "server");
    }

    public TimeSpan Now => _options.TimeProvider.GetElapsedTime(_start);

    public void LookupStarted(AddressFamily family) => Guarded(() =>
    {
        Note("dns_query_started", "dns.question.type", TypeOf(family));
        Tell(ConnectEventKind.LookupStarted, family, null, null);
    });

    public void LookupFinished(AddressFamily family, IReadOnlyList<IPAddress> addresses, TimeSpan since, Exception? error) => Guarded(() =>
    {
        Note("dns_query_finished", "dns.question.type", TypeOf(family));
        if (_activity is not null)
        {
            foreach (var address in addresses.Take(_options.MaxAddresses))
                Note("candidate_discovered", "network.peer.address", address.ToString());
        }

        ConnectTelemetry.LookupDuration.Record((Now - since).TotalSeconds, new KeyValuePair<string, object?>("dns.question.type", TypeOf(family)), ErrorTag(error));
        Tell(ConnectEventKind.LookupFinished, family, null, error);
    });

    public void Sorted(bool again, IReadOnlyList<IPAddress> order) => Guarded(() =>
    {
        if (_activity is not null)
            Note(again ? "candidates_resorted" : "candidates_sorted", "netasync.candidates", string.Join(' ', order));
    });

    public void Denied(EndPoint endPoint, PolicyDecision decision) => Guarded(() =>
    {
        Note("candidate_removed", "netasync.policy.decision", decision.ToString());
        Count("denied", endPoint);
        Tell(ConnectEventKind.AttemptDenied, AddressFamily.Unspecified, endPoint, PolicyGate.Denial(endPoint, decision));
    });

    public void Slow(EndPoint endPoint) => Tell(ConnectEventKind.AttemptSlow, AddressFamily.Unspecified, endPoint, null);

    /// <summary>An attempt starts; its activity ends with it.</summary>
    public Activity? Started(EndPoint endPoint, RaceReason reason)
    {
        Activity? activity = null;
        Guarded(() =>
        {
            if (Interlocked.Increment(ref _started) == 1)
                ConnectTelemetry.FirstAttempt.Record(Now.TotalSeconds);
            ConnectTelemetry.OpenAttempts.Add(1);
            if (_activity is not null)
            {
                Note("attempt_scheduled", "reason", NameOf(reason));
                Note("attempt_started", "network.peer.address", NetEndPoint.Format(endPoint));
            }

            Tell(ConnectEventKind.AttemptStarted, AddressFamily.Unspecified, endPoint, null);
            activity = _activity is null ? null : ConnectTelemetry.Source.StartActivity("connect attempt", ActivityKind.Client, _activity.Context);
            Tag(activity, endPoint, "network.peer");
        });
        return activity;
    }

    /// <summary>An attempt has ended: with an error, cancelled, or connected and not told before the race is decided.</summary>
    public void Ended(EndPoint endPoint, Exception? error, Activity? activity) => Guarded(() =>
    {
        var cancelled = error is OperationCanceledException;
        ConnectTelemetry.OpenAttempts.Add(-1);
        Count(error is null ? "connected" : cancelled ? "cancelled" : "failed", endPoint);
        Note(error is null ? "attempt_succeeded" : cancelled ? "attempt_canceled" : "attempt_failed", "network.peer.address", endPoint);
        Fail(activity, error);
        activity?.Dispose();
        if (error is not null)
            Tell(cancelled ? ConnectEventKind.AttemptCancelled : ConnectEventKind.AttemptFailed, AddressFamily.Unspecified, endPoint, cancelled ? null : error);
    });

    public void Connected(EndPoint endPoint, int attempt) => Guarded(() =>
    {
        ConnectTelemetry.ConnectDuration.Record(Now.TotalSeconds, FamilyTag(endPoint));
        ConnectTelemetry.Winner.Record(attempt);
        Tag(_activity, endPoint, "network.peer");
        Tell(ConnectEventKind.Connected, AddressFamily.Unspecified, endPoint, null);
    });

    public void Failed(Exception error) => Guarded(() =>
    {
        ConnectTelemetry.ConnectDuration.Record(Now.TotalSeconds, ErrorTag(error));
        Fail(_activity, error);
    });

    public void Dispose() => _activity?.Dispose();

    // Listeners to activities and instruments are users too: their mistakes are no reason not to connect.
    private static void Guarded(Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }

    private void Tell(ConnectEventKind kind, AddressFamily family, EndPoint? endPoint, Exception? error)
    {
        if (_options.Progress is { } progress)
            Guarded(() => progress.Report(new ConnectEvent(kind, Now, _host, family, endPoint, error)));
    }

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

    private static string NameOf(RaceReason reason) => reason switch
    {
        RaceReason.Answer => "dns_completed",
        RaceReason.ResolutionDelay => "resolution_delay_expired",
        RaceReason.AttemptDelay => "policy_timer",
        _ => "attempt_failed",
    };
}
