using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>How a <see cref="HappyEyeballsConnector"/> races. Copy with <c>with</c>; every value is checked where it is set.</summary>
/// <remarks>
/// Terms and recommended values are those of RFC 8305. Two defaults can be set for the whole process, in <c>runtimeconfig.json</c> or by
/// <see cref="AppContext"/> before the first connect: the switch <c>Net.Async.Connecting.Sequential</c>, and <c>Net.Async.Connecting.AttemptDelay</c> in milliseconds.
/// </remarks>
public sealed partial record HappyEyeballsOptions
{
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(2);

    /// <summary>The defaults, a new object each time: one that a configuration is bound to is shared with no other.</summary>
    public static HappyEyeballsOptions Default => new();

    /// <summary>Who looks names up, each family on its own.</summary>
    /// <value>Default: <see cref="Resolver.System"/>.</value>
    public Resolver Resolver { get; init => field = value ?? throw new ArgumentNullException(nameof(Resolver)); } = Resolver.System;

    /// <summary>How long an answer of the other family waits for the preferred one (RFC 8305, 3: Resolution Delay).</summary>
    /// <value>Default: 50 ms; 0 to 2 s.</value>
    public TimeSpan ResolutionDelay { get; init => field = CheckDelay(value, TimeSpan.Zero); } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long an attempt may be silent before the next one starts beside it (RFC 8305, 5: Connection Attempt Delay).</summary>
    /// <value>Default: 250 ms, or the process-wide default; 10 ms to 2 s.</value>
    public TimeSpan AttemptDelay { get; init => field = CheckDelay(value, ConnectRace.LeastDelay); } = ProcessDefaults.AttemptDelay;

    /// <summary>Takes the delay of an attempt from the round-trip times that were measured to its address or the network around it, 100 ms to 2 s; <see cref="AttemptDelay"/> holds where nothing is known.</summary>
    /// <value>Default: false.</value>
    public bool AdaptiveDelay { get; init; }

    /// <summary>Tries one address at a time: the next one starts when the one before has failed, and a silent one holds everything up.</summary>
    /// <value>Default: false, or the process-wide default.</value>
    public bool Sequential { get; init; } = ProcessDefaults.Sequential;

    /// <summary>How many addresses of the first family are tried before the families alternate (RFC 8305, 4: First Address Family Count).</summary>
    /// <value>Default: 1; 1 to 8.</value>
    public int FirstAddressFamilyCount { get; init => field = CheckCount(value, 8); } = 1;

    /// <summary>Which family's answer opens the race at once.</summary>
    /// <value>Default: <see cref="AddressFamily.InterNetworkV6"/>; or <see cref="AddressFamily.InterNetwork"/>.</value>
    public AddressFamily PreferredFamily { get; init => field = CheckFamily(value, mayBeBoth: false); } = AddressFamily.InterNetworkV6;

    /// <summary>Looks up and tries one family only.</summary>
    /// <value>Default: <see cref="AddressFamily.Unspecified"/>, both.</value>
    public AddressFamily Family { get; init => field = CheckFamily(value, mayBeBoth: true); } = AddressFamily.Unspecified;

    /// <summary>How many attempts run at a time. At the bound no other is started, and silent ones hold up a good one behind them; none is ever ended for it.</summary>
    /// <value>Default: <see cref="MaxAddresses"/>, no bound of its own (RFC 8305 has none); 1 to 1024.</value>
    public int MaxConcurrentAttempts { get => field == 0 ? MaxAddresses : field; init => field = CheckCount(value, 1024); }

    /// <summary>How many addresses of a host are tried at most; the first ones of each family.</summary>
    /// <value>Default: 64; 1 to 1024.</value>
    public int MaxAddresses { get; init => field = CheckCount(value, 1024); } = 64;

    /// <summary>How long everything may take: look-ups and attempts together.</summary>
    /// <value>Default: 30 s; 1 ms to one day.</value>
    public TimeSpan ConnectTimeout { get; init => field = TimeBounds.Check(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>What the connection starts with.</summary>
    /// <value>Default: <see cref="ConnectionOptions.Default"/>. What is set is copied.</value>
    public ConnectionOptions Connection { get; init => field = value?.Copy() ?? throw new ArgumentNullException(nameof(Connection)); } = new();

    /// <summary>Told of every step of every connect, on the thread where it happens: do little there.</summary>
    /// <value>Default: null.</value>
    public IProgress<ConnectEvent>? Progress { get; init; }

    /// <summary>The clock of all delays.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    // Where this machine would send from; tests put a routing table of their own here.
    internal Func<IPAddress, IPAddress?> SourceOf { get => field ?? (address => SourceAddresses.Of(address, LocalAddressOf(address.AddressFamily))); init; }

    internal Func<long> NetworkEpoch { get; init; } = static () => Net.Async.NetworkEpoch.Current;

    private static TimeSpan CheckDelay(TimeSpan value, TimeSpan least, [CallerMemberName] string name = "") => value >= least && value <= s_longestDelay
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {least.TotalMilliseconds} ms to 2 s.");

    private static int CheckCount(int value, int most, [CallerMemberName] string name = "") => value >= 1 && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is 1 to {most}.");

    private static AddressFamily CheckFamily(AddressFamily value, bool mayBeBoth, [CallerMemberName] string name = "") =>
        value is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 || (mayBeBoth && value == AddressFamily.Unspecified)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is InterNetwork{(mayBeBoth ? ", InterNetworkV6 or Unspecified" : " or InterNetworkV6")}.");
}
