namespace Net.Async.Namespaces;

/// <summary>Two network namespaces of our own with a wire between them: a client with its name server, and services with an address for every kind of trouble.</summary>
/// <remarks>Nothing outside of the two namespaces is touched, and no packet leaves them. Disposing takes everything away again.</remarks>
public sealed class Topology : IAsyncDisposable
{
    private readonly TopologyNames _names = TopologyNames.OfThisProcess;
    private Station? _wire;
    private Station? _nameServer;
    private Station? _services;
    private WireRules _rules = new();
    private Mode _mode;

    private Topology()
    {
    }

    /// <summary>Builds it, in <see cref="Mode.Dual"/>.</summary>
    /// <exception cref="InvalidOperationException">A program is missing, or the system does not allow it; whatever had been made has gone again.</exception>
    public static async Task<Topology> BuildAsync()
    {
        var topology = new Topology();
        try
        {
            await TopologyNames.SweepAsync();
            await topology.MakeAsync();
            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    /// <summary>What goes before a command to run it in the client's namespace.</summary>
    public string EnterClient => $"ip netns exec {_names.Client}";

    /// <summary>Changes what the client has addresses and routes of.</summary>
    public async Task SetModeAsync(Mode mode)
    {
        if (mode == _mode)
            return;
        _mode = mode;
        foreach (var family in new[] { "-4", "-6" })
            await Programs.RunAsync("", "ip", "-n", _names.Client, family, "route", "flush", "table", "main");
        await Programs.RunAsync(AddressPlan.ClientIn(mode), "ip", "-n", _names.Client, "-batch", "-");
    }

    /// <summary>Sets what the name server answers, beside the names that are always there.</summary>
    public Task SetZoneAsync(IEnumerable<ZoneEntry> entries) => _nameServer!.TellAsync(entries.Concat(StandingZone.In(_mode)).ToList());

    /// <summary>Sets what the wire does beside what the labels say.</summary>
    public Task SetRulesAsync(WireRules rules) => _wire!.TellAsync(_rules = rules);

    /// <summary>Plays a scenario in a process of its own.</summary>
    public async Task<Played> PlayAsync(Scenario scenario)
    {
        await TakeAsync();
        var said = await Programs.RunAsync(Lines.Of(scenario) + "\n", "ip", In(_names.Client, "client", scenario.Cores));
        var (segments, asked, served) = await TakeAsync();
        return new Played(Lines.Parse<ScenarioResult>(said), segments, asked, served);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var station in new[] { _services, _nameServer, _wire })
        {
            if (station is not null)
                await station.DisposeAsync();
        }

        await _names.RemoveAsync();
    }

    private async Task MakeAsync()
    {
        await _names.MakeAsync();
        // Containers often come without the device. linux/miscdevice.h has the number.
        if (!File.Exists("/dev/net/tun"))
            await Programs.RunAsync("mkdir -p /dev/net && mknod /dev/net/tun c 10 200", "sh", "-e");
        foreach (var name in new[] { _names.Client, _names.Services })
            await Programs.RunAsync(AddressPlan.Settings, "ip", "netns", "exec", name, "sh", "-e");
        _wire = await Station.StartAsync(Programs.ToStart("dotnet", Self, "wire", _names.Client, _names.Services));
        await Programs.RunAsync(AddressPlan.Services, "ip", "-n", _names.Services, "-batch", "-");
        await Programs.RunAsync(AddressPlan.Client, "ip", "-n", _names.Client, "-batch", "-");
        await Programs.RunAsync(AddressPlan.ClientIn(_mode), "ip", "-n", _names.Client, "-batch", "-");
        await Programs.RunAsync(AddressPlan.Rules, "ip", "netns", "exec", _names.Services, "nft", "-f", "-");
        _nameServer = await Station.StartAsync(Programs.ToStart("ip", In(_names.Client, "names")));
        _services = await Station.StartAsync(Programs.ToStart("ip", In(_names.Services, "services")));
        await SetZoneAsync([]);
    }

    // What the stations have said so far. The wire answers the same rules again once every frame that was sent before is noted.
    private async Task<(IReadOnlyList<Segment> Segments, IReadOnlyList<Asked> Asked, IReadOnlyList<Served> Served)> TakeAsync()
    {
        await _wire!.TellAsync(_rules);
        return (_wire.Take<Segment>(), _nameServer!.Take<Asked>(), _services!.Take<Served>());
    }

    private static string Self => typeof(Topology).Assembly.Location;

    private static string[] In(string name, string command, int? cores = null) =>
        ["netns", "exec", name, "env", $"DOTNET_PROCESSOR_COUNT={cores ?? Environment.ProcessorCount}", "dotnet", Self, command];
}
