using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A race to an address, a path or a pipe: a look-up that has been answered. The reserve of an IPv4 address without a route is a translator's address for it.</summary>
internal sealed class LiteralGoal(HappyEyeballsOptions options, Nat64 nat64, EndPoint endPoint, RaceJournal journal) : RaceGoal(new PolicyGate(options.Policy, null, nat64))
{
    // What a path or a pipe is called in the race, which knows addresses only.
    private static readonly IPAddress s_local = IPAddress.None;
    private static readonly RaceSettings s_v4 = Of(AddressFamily.InterNetwork, AddressFamily.InterNetworkV6);
    private static readonly RaceSettings s_v6 = Of(AddressFamily.InterNetworkV6);
    private static readonly RaceSettings s_other = Of(AddressFamily.Unspecified);

    private static readonly RaceAnswer s_none = new([], null, 0);

    private readonly IPEndPoint? _ip = endPoint as IPEndPoint;
    private readonly AttemptList _attempts = new();
    private RaceAttempt? _direct;
    private IReadOnlyList<RaceAttempt> _tried = [];
    private bool _denied;

    public override RaceSettings Settings => _ip?.AddressFamily switch
    {
        AddressFamily.InterNetwork => s_v4,
        AddressFamily.InterNetworkV6 => s_v6,
        _ => s_other,
    };

    public override IReadOnlyList<ConnectAttempt> Attempts => _attempts;

    public override RaceAnswer? Known(AddressFamily family) => family == Settings.PreferredFamily ? Judged(_ip?.Address ?? s_local)
        : _direct?.Error is ConnectionException { Error: ConnectionError.NetworkUnreachable or ConnectionError.HostUnreachable } && nat64.IsNeeded ? null
        : s_none;

    /// <summary>The translator's address for one that was found unreachable.</summary>
    public override async Task<RaceAnswer> AskAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var prefix in await nat64.FindAsync(cancellationToken).ConfigureAwait(false))
            {
                if (prefix.Synthesize(_ip!.Address) is { } translated && options.SourceOf(translated) is not null)
                    return Judged(translated);
            }
        }
        catch (OperationCanceledException)
        {
            // The connect has ended, or the resolver gave up: the missing route is what is told.
        }

        return s_none;
    }

    public override bool Add(AddressFamily family, RaceAnswer answer)
    {
        _denied |= answer.Denied > 0;
        return true;
    }

    public override RaceAttempt NewAttempt(int number, IPAddress address) => _direct is null
        ? _direct = new RaceAttempt(number, endPoint, null, journal)
        : new RaceAttempt(number, At(address), endPoint, journal);

    public override void Close(IReadOnlyList<RaceAttempt> tried, RaceAttempt? winner)
    {
        _tried = tried;
        _attempts.Set(tried.Count == 1 ? [tried[0].ToConnectAttempt()] : [.. tried.Select(static attempt => attempt.ToConnectAttempt())]);
    }

    public override ConnectionException Failure(bool timedOut)
    {
        if (_tried.Count > 1)
            return ThroughTranslator(timedOut);
        if (_denied || _direct is { Outcome: ConnectOutcome.Denied })
            return ConnectFailure.Denied(endPoint, _attempts);
        return timedOut && _direct?.Outcome is null or ConnectOutcome.NoAnswer
            ? ConnectFailure.TimedOut(endPoint, options.ConnectTimeout, _attempts)
            : ConnectFailure.OfOne(endPoint, _direct!.Error!, hasConnected: _direct.Handshake is not null, _attempts);
    }

    private ConnectionException ThroughTranslator(bool timedOut)
    {
        var report = new RaceReport(options, endPoint, At, deniesMixedAnswers: false);
        report.Close(_tried, won: false, journal.Now);
        return report.Failure(timedOut);
    }

    private RaceAnswer Judged(IPAddress address)
    {
        var judged = At(address);
        var decision = Gate.Judge(judged);
        if (decision.IsAllowed)
            return new RaceAnswer([address], null, 0);
        journal.Denied(judged, decision);
        return new RaceAnswer([], null, 1);
    }

    private EndPoint At(IPAddress address) => _ip is null || address.Equals(_ip.Address) ? endPoint : new IPEndPoint(address, _ip.Port);

    private static RaceSettings Of(AddressFamily family, params AddressFamily[] reserve) => new()
    {
        Families = [family],
        Reserve = reserve,
        PreferredFamily = family,
        ResolutionDelay = TimeSpan.Zero,
        AttemptDelayOf = static _ => TimeSpan.Zero,
        MaxConcurrentAttempts = 1,
        MaxAddresses = 2,
        Order = static addresses => addresses,
        CanGoFirst = static _ => true,
    };
}
