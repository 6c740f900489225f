using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A race to a name: both families are looked up, sorted and judged, and outcomes are remembered.</summary>
internal sealed class NameGoal : RaceGoal
{
    private readonly HappyEyeballsOptions _options;
    private readonly ConnectMemory _memory;
    private readonly RaceTarget _target;
    private readonly RaceJournal _journal;
    private readonly Reach _reach;
    private readonly RaceLookups _lookups;
    private readonly RaceReport _report;
    private readonly long _epoch;
    private bool _sorted;

    public NameGoal(HappyEyeballsOptions options, ConnectMemory memory, DnsEndPoint name, RaceJournal journal)
        : base(new PolicyGate(options.Policy, name.Host, memory.Nat64))
    {
        (_options, _memory, _journal, _target) = (options, memory, journal, new RaceTarget(name));
        _reach = new Reach(options.SourceOf, memory.Nat64.IsNeeded ? memory.Nat64.Known : []);
        _lookups = new RaceLookups(options, _target, journal, _reach, memory.Nat64, Gate);
        _report = new RaceReport(options, name, ToDial, Gate.DeniesWholeAnswer);
        _epoch = memory.Epoch;
        Settings = Made();
    }

    public override RaceSettings Settings { get; }

    public override IReadOnlyList<ConnectAttempt> Attempts => _report.Attempts;

    public override Task<RaceAnswer> AskAsync(AddressFamily family, CancellationToken cancellationToken) => _lookups.AskAsync(family, cancellationToken);

    public override bool Add(AddressFamily family, RaceAnswer answer)
    {
        _report.Add(family, answer);
        return answer.Denied == 0 || !Gate.DeniesWholeAnswer;
    }

    public override RaceAttempt NewAttempt(int number, IPAddress address)
    {
        var dialled = _reach.ToDial(address);
        return new RaceAttempt(number, _target.At(dialled), ReferenceEquals(dialled, address) ? null : _target.At(address), _journal);
    }

    public override void Close(IReadOnlyList<RaceAttempt> tried, RaceAttempt? winner)
    {
        _report.Close(tried, winner is not null, _journal.Now);
        _memory.Learn(_epoch, _target.Name, tried, winner);
    }

    public override ConnectionException Failure(bool timedOut) => _report.Failure(timedOut);

    private IPEndPoint ToDial(IPAddress address) => _target.At(_reach.ToDial(address));

    private RaceSettings Made()
    {
        var preferred = _memory.Preferred(_target.Name);
        var (families, reserve) = _target.Families(_options, preferred, _memory.IsReachable);
        // Where one denied address denies the name, every answer counts.
        (families, reserve) = Gate.DeniesWholeAnswer ? ([.. families, .. reserve], []) : (families, reserve);
        var order = new DestinationOrder(_reach.SourceFor, preferred, _options.Addresses.FirstAddressFamilyCount, _options.Addresses.AddressPolicies)
        {
            RoundTripOf = address => _memory.RoundTripTo(_reach.ToDial(address)),
        };
        return new RaceSettings
        {
            Families = families,
            Reserve = reserve,
            PreferredFamily = preferred,
            ResolutionDelay = _options.ResolutionDelay,
            AttemptDelayOf = address => _memory.AttemptDelayFor(_reach.ToDial(address)),
            MaxConcurrentAttempts = _options.MaxConcurrentAttempts,
            MaxAddresses = _options.Addresses.MaxAddresses,
            WaitsForAllAnswers = Gate.DeniesWholeAnswer,
            Order = addresses => Sorted(order.Of(addresses)),
            CanGoFirst = order.GoesFirst,
        };
    }

    private IReadOnlyList<IPAddress> Sorted(IReadOnlyList<IPAddress> order)
    {
        if (order.Count == 0)
            return order;
        _journal.Sorted(_sorted, order);
        _sorted = true;
        return order;
    }
}
