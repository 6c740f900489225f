using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>What a <see cref="DnsStubResolver"/> without name servers of its own takes from the operating system. Name servers of your own are asked for absolute names, and nothing here applies.</summary>
public sealed record DnsSystemOptions
{
    /// <summary>Reads the hosts file first, where <c>nsswitch.conf</c> says so or does not exist. A host in it is not asked for.</summary>
    /// <value>Default: true.</value>
    public bool UseHosts { get; set; } = true;

    /// <summary>Tries the search domains for a name of few dots, by <c>search</c>, <c>domain</c> and <c>ndots</c> of resolv.conf(5), and LOCALDOMAIN. Without it every name is absolute.</summary>
    /// <value>Default: true.</value>
    public bool UseSearchDomains { get; set; } = true;

    /// <summary>Obeys the options of resolv.conf(5) and RES_OPTIONS: <c>timeout</c> and <c>attempts</c>, which go before <see cref="DnsStubResolverOptions.QueryTimeout"/> and <see cref="DnsStubResolverOptions.Attempts"/>,
    /// and <c>rotate</c>, <c>use-vc</c>, <c>trust-ad</c>, <c>single-request</c>, <c>no-aaaa</c>, <c>no-tld-query</c>, <c>no-reload</c>. <c>ndots</c> belongs to the search domains.</summary>
    /// <value>Default: true.</value>
    public bool UseOptions { get; set; } = true;

    /// <summary>Where resolv.conf(5) is.</summary>
    /// <value>Default: <c>/etc/resolv.conf</c>. Where it does not exist, on Windows for one, the name servers are those of the network interfaces that are up.</value>
    public string ConfigurationPath { get; set => field = CheckPath(value); } = "/etc/resolv.conf";

    /// <summary>Where hosts(5) is.</summary>
    /// <value>Default: <c>/etc/hosts</c>; on Windows <c>drivers\etc\hosts</c> of the system's directory.</value>
    public string HostsPath { get; set => field = CheckPath(value); } = OperatingSystem.IsWindows() ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "hosts") : "/etc/hosts";

    /// <summary>Where nsswitch.conf(5) is, whose <c>hosts</c> line says whether the hosts file is read, before the name servers or after.</summary>
    /// <value>Default: <c>/etc/nsswitch.conf</c>.</value>
    public string NameServiceSwitchPath { get; set => field = CheckPath(value); } = "/etc/nsswitch.conf";

    /// <summary>How often a look-up checks at most whether one of the files has changed.</summary>
    /// <value>Default: 1 s; 0 (every time) to 1 h.</value>
    public TimeSpan CheckInterval { get; set => field = DnsBounds.Check(value, TimeSpan.Zero, TimeSpan.FromHours(1), "0 to 1 h"); } = TimeSpan.FromSeconds(1);

    /// <summary>How many search domains are tried; further ones are ignored.</summary>
    /// <value>Default: 32, as many as Kubernetes allows a pod; 0 to 256.</value>
    public int MaxSearchDomains { get; set => field = DnsBounds.Check(value, 0, 256); } = 32;

    /// <summary>How much of a file is read, in octets.</summary>
    /// <value>Default: 16 MiB; 4 KiB to 256 MiB.</value>
    public int MaxFileSize { get; set => field = DnsBounds.Check(value, 4096, 256 << 20); } = 16 << 20;

    private static string CheckPath(string value, [CallerMemberName] string name = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        return Path.IsPathFullyQualified(value) && !value.Contains('\0', StringComparison.Ordinal)
            ? value
            : throw new ArgumentException($"{name} is an absolute path, and '{value.Replace("\0", "\\0", StringComparison.Ordinal)}' is none.", name);
    }
}
