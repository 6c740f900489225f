using System.Net;

namespace Net.Async;

/// <summary>The operating system's configuration, looked at again from time to time.</summary>
/// <param name="options">What of it is used.</param>
/// <param name="environment">Finds a variable of the environment.</param>
/// <param name="hostName">Finds this machine's name.</param>
internal sealed class SystemConfiguration(DnsStubResolverOptions options, Func<string, string?> environment, Func<string> hostName)
{
    private const int Port = 53;

    private readonly Lock _lock = new();
    private readonly WatchedFile _conf = new(options.System.ConfigurationPath, options.System.MaxFileSize);
    private readonly WatchedFile _hosts = new(options.System.HostsPath, options.System.MaxFileSize);
    private readonly WatchedFile _switch = new(options.System.NameServiceSwitchPath, options.System.MaxFileSize);
    private SystemSettings? _settings;
    private HostsTable _table = HostsTable.Empty;
    private IReadOnlyList<IPAddress> _servers = [];
    private bool _isFixed;
    private long _checked;

    public SystemConfiguration(DnsStubResolverOptions options)
        : this(options, Environment.GetEnvironmentVariable, Dns.GetHostName)
    {
    }

    /// <summary>The settings of now, at most as old as the interval of checks.</summary>
    /// <param name="serversChanged">Other name servers than last time: what they have said may not be true here any more.</param>
    public SystemSettings Find(out bool serversChanged)
    {
        serversChanged = false;
        lock (_lock)
        {
            if (_settings is not null && options.TimeProvider.GetElapsedTime(_checked) < options.System.CheckInterval)
                return _settings;
            _checked = options.TimeProvider.GetTimestamp();
            var before = _settings;
            if (RefreshHosts() | RefreshServers() || before is null)
                _settings = Read();
            serversChanged = before is not null && !before.List.Servers.SequenceEqual(_settings!.List.Servers);
            return _settings!;
        }
    }

    private bool RefreshHosts()
    {
        if (!options.System.UseHosts)
            return false;
        var hasChanged = _hosts.Refresh();
        if (hasChanged)
            _table = HostsTable.Parse(_hosts.Text);
        return _switch.Refresh() | hasChanged;
    }

    // Only Linux asks this machine when the file is missing; the others have their servers elsewhere.
    private bool RefreshServers()
    {
        if (_isFixed)
            return false;
        var hasChanged = _conf.Refresh();
        if (_conf.Error is null || OperatingSystem.IsLinux())
            return hasChanged;
        var before = _servers;
        _servers = InterfaceServers.Find();
        return hasChanged || !before.SequenceEqual(_servers);
    }

    private SystemSettings Read()
    {
        var conf = ResolvConf.Parse(_conf.Text, environment("LOCALDOMAIN"), environment("RES_OPTIONS"));
        var words = options.System.UseOptions ? conf.Options : new ResolvConfOptions();
        _isFixed = words.NoReload;
        var servers = conf.Servers.Count > 0 ? conf.Servers : _servers;
        if (servers.Count == 0)
            DnsEventSource.Log.FallbackUsed(options.System.ConfigurationPath, _conf.Error ?? "no line does");
        var settings = new SystemSettings(ToList(servers.Count > 0 ? servers : [IPAddress.Loopback], words))
        {
            Hosts = options.System.UseHosts ? _table : HostsTable.Empty,
            HostsOrder = options.System.UseHosts ? NameServiceSwitch.Parse(_switch.Text) : HostsOrder.Never,
            Domains = options.System.UseSearchDomains ? [.. (conf.Domains ?? DomainOfThisMachine()).Take(options.System.MaxSearchDomains)] : [],
            Ndots = conf.Options.Ndots,
            NoTldQuery = words.NoTldQuery,
            NoAaaa = words.NoAaaa,
        };
        DnsEventSource.Log.ConfigurationRead(options.System.ConfigurationPath, string.Join(", ", settings.List.Servers.Select(NetEndPoint.Format)), string.Join(", ", settings.Domains));
        return settings;
    }

    private ServerList ToList(IReadOnlyList<IPAddress> servers, ResolvConfOptions words) => new(
        [.. servers.Select(static server => new IPEndPoint(server, Port))],
        words.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : options.QueryTimeout,
        words.Attempts ?? options.Attempts)
    {
        Rotate = words.Rotate,
        UseTcp = words.UseTcp,
        SingleRequest = words.SingleRequest,
        WantsAuthentic = words.TrustAd,
    };

    // resolv.conf(5): without search and domain, what follows the first dot of the machine's own name.
    private string[] DomainOfThisMachine()
    {
        var name = hostName();
        return name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot && dot + 1 < name.Length ? [name[(dot + 1)..]] : [];
    }
}
