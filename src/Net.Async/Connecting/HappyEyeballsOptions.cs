using System.Net;

namespace Net.Async;

/// <summary>How a <see cref="HappyEyeballsConnector"/> races. Every value is checked where it is set.</summary>
/// <remarks>
/// Terms and recommended values are those of RFC 8305. The connector copies the options: a later change has no effect on it. A copy made by <c>with</c> has children of its own.
/// Two defaults can be set for the whole process, in <c>runtimeconfig.json</c> or by <see cref="AppContext"/> before the first connect:
/// the switch <c>Net.Async.Connecting.Sequential</c>, which makes <see cref="MaxConcurrentAttempts"/> 1, and <c>Net.Async.Connecting.AttemptDelay</c> in milliseconds.
/// </remarks>
public sealed record HappyEyeballsOptions
{
    private const int AsManyAsAddresses = 0;

    private readonly Func<IPAddress, IPAddress?>? _sourceOf;
    private int _maxConcurrentAttempts = ProcessDefaults.Sequential ? 1 : AsManyAsAddresses;

    /// <summary>Sets the defaults.</summary>
    public HappyEyeballsOptions()
    {
    }

    private HappyEyeballsOptions(HappyEyeballsOptions other)
    {
        (Resolver, Policy, Connection, Addresses, Memory) = (other.Resolver, other.Policy, other.Connection, other.Addresses, other.Memory);
        (ConnectTimeout, AttemptDelay, ResolutionDelay, _maxConcurrentAttempts) = (other.ConnectTimeout, other.AttemptDelay, other.ResolutionDelay, other._maxConcurrentAttempts);
        (Progress, Tls, TimeProvider) = (other.Progress, other.Tls, other.TimeProvider);
        (_sourceOf, NetworkEpoch) = (other._sourceOf, other.NetworkEpoch);
    }

    /// <summary>Who looks names up, each family on its own.</summary>
    /// <value>Default: <see cref="Resolver.Default"/>.</value>
    public Resolver Resolver { get; set => field = value ?? throw new ArgumentNullException(nameof(Resolver)); } = Resolver.Default;

    /// <summary>Which addresses may be connected to: asked for every address of a name and every literal, before a socket is made, and once more of the connected peer.</summary>
    /// <value>Default: <see cref="ConnectionPolicy.AllowAll"/>.</value>
    public ConnectionPolicy Policy { get; set => field = value ?? throw new ArgumentNullException(nameof(Policy)); } = ConnectionPolicy.AllowAll;

    /// <summary>What the connection starts with.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public ConnectionOptions Connection { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>Which addresses of a host are tried, in which order, and from which of this machine's.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public AddressSelectionOptions Addresses { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>What the connector remembers between connects.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public OutcomeMemoryOptions Memory { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>How long everything may take: look-ups and attempts together.</summary>
    /// <value>Default: 30 s; 1 ms to one day.</value>
    public TimeSpan ConnectTimeout { get; set => field = TimeBounds.Check(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>How long an attempt may be silent before the next one starts beside it (RFC 8305, 5: Connection Attempt Delay).</summary>
    /// <value>Default: 250 ms, or the process-wide default; 10 ms to 2 s.</value>
    public TimeSpan AttemptDelay { get; set => field = RaceBounds.CheckDelay(value, ConnectRace.LeastDelay); } = ProcessDefaults.AttemptDelay;

    /// <summary>How long an answer of the other family waits for the preferred one (RFC 8305, 3: Resolution Delay).</summary>
    /// <value>Default: 50 ms; 0 to 2 s.</value>
    public TimeSpan ResolutionDelay { get; set => field = RaceBounds.CheckDelay(value, TimeSpan.Zero); } = TimeSpan.FromMilliseconds(50);

    /// <summary>How many attempts run at a time. At the bound no other is started, so that silent addresses delay a good one after them; none is ever ended for it.</summary>
    /// <value>
    /// Default: <see cref="AddressSelectionOptions.MaxAddresses"/>, no bound of its own (RFC 8305 has none); 1 to 1024.
    /// 1 tries one address after the other: the next one starts when the one before has failed, and a silent one takes the whole time limit.
    /// </value>
    public int MaxConcurrentAttempts
    {
        get => _maxConcurrentAttempts == AsManyAsAddresses ? Addresses.MaxAddresses : _maxConcurrentAttempts;
        set => _maxConcurrentAttempts = RaceBounds.CheckCount(value, 1024);
    }

    /// <summary>Gets every step of every connect, on the thread where it happens: it must return quickly.</summary>
    /// <value>Default: null.</value>
    public IProgress<ConnectEvent>? Progress { get; set; }

    /// <summary>Connects with TLS: an attempt has succeeded when the handshake has. A certificate that is not accepted is that attempt's error, and the other addresses are still tried.</summary>
    /// <value>Default: null, bytes as they are. The value is copied when it is set. A bare socket (<see cref="HappyEyeballsConnector.ConnectSocketAsync"/>) cannot have it.</value>
    public TlsClientOptions? Tls { get; set => field = value is null ? null : value with { }; }

    /// <summary>The clock of look-ups and attempts. A connection's own limits have that of <see cref="ConnectionOptions.TimeProvider"/>: set both to the same one in tests.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    // Where this machine would send from; tests put a routing table of their own here.
    internal Func<IPAddress, IPAddress?> SourceOf
    {
        get => _sourceOf ?? (address => SourceAddresses.Of(address, Addresses.LocalAddressOf(address.AddressFamily)));
        init => _sourceOf = value;
    }

    internal Func<long> NetworkEpoch { get; init; } = static () => Net.Async.NetworkEpoch.Current;

    internal IoSettings ToSettings(EndPoint endPoint) => Connection.ToSettings() with { Local = Addresses.LocalEndPointFor(endPoint), Configure = Addresses.ConfigureSocket };
}
