using System.Net;

namespace Net.Async.Tests;

public class DnsStubResolverOptionsTests
{
    [Fact]
    public Task Options_OutOfRange_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        thrown.Add("NameServers = 9", () => _ = new DnsStubResolverOptions { NameServers = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.Loopback, 53), 9)] });
        thrown.Add("NameServers with null", () => _ = new DnsStubResolverOptions { NameServers = [null!] });
        thrown.Add("NameServers with port 0", () => _ = new DnsStubResolverOptions { NameServers = [new(IPAddress.Loopback, 0)] });
        thrown.Add("NameServers with 0.0.0.0", () => _ = new DnsStubResolverOptions { NameServers = [new(IPAddress.Any, 53)] });
        thrown.Add("NameServers with ::", () => _ = new DnsStubResolverOptions { NameServers = [new(IPAddress.IPv6Any, 53)] });
        thrown.Add("QueryTimeout = 0", () => _ = new DnsStubResolverOptions { QueryTimeout = TimeSpan.Zero });
        thrown.Add("QueryTimeout = infinite", () => _ = new DnsStubResolverOptions { QueryTimeout = Timeout.InfiniteTimeSpan });
        thrown.Add("QueryTimeout = 61 s", () => _ = new DnsStubResolverOptions { QueryTimeout = TimeSpan.FromSeconds(61) });
        thrown.Add("Attempts = 0", () => _ = new DnsStubResolverOptions { Attempts = 0 });
        thrown.Add("Attempts = 11", () => _ = new DnsStubResolverOptions { Attempts = 11 });
        thrown.Add("MaxConcurrentQueries = 0", () => _ = new DnsStubResolverOptions { MaxConcurrentQueries = 0 });
        thrown.Add("MaxConcurrentQueries = 4097", () => _ = new DnsStubResolverOptions { MaxConcurrentQueries = 4097 });
        thrown.Add("MaxAddresses = 0", () => _ = new DnsStubResolverOptions { MaxAddresses = 0 });
        thrown.Add("MaxAddresses = 1025", () => _ = new DnsStubResolverOptions { MaxAddresses = 1025 });
        thrown.Add("Cache.Limit = -1", () => _ = new DnsCacheOptions { Limit = -1 });
        thrown.Add("Cache.Limit = 1048577", () => _ = new DnsCacheOptions { Limit = 1048577 });
        thrown.Add("Cache.MinTtl = -1 tick", () => _ = new DnsCacheOptions { MinTtl = TimeSpan.FromTicks(-1) });
        thrown.Add("Cache.MinTtl = 61 s", () => _ = new DnsCacheOptions { MinTtl = TimeSpan.FromSeconds(61) });
        thrown.Add("Cache.MaxTtl = 59 s", () => _ = new DnsCacheOptions { MaxTtl = TimeSpan.FromSeconds(59) });
        thrown.Add("Cache.MaxTtl = 8 days", () => _ = new DnsCacheOptions { MaxTtl = TimeSpan.FromDays(8) });
        thrown.Add("Cache.MaxNegativeTtl = -1 tick", () => _ = new DnsCacheOptions { MaxNegativeTtl = TimeSpan.FromTicks(-1) });
        thrown.Add("Cache.MaxNegativeTtl = 4 h", () => _ = new DnsCacheOptions { MaxNegativeTtl = TimeSpan.FromHours(4) });
        thrown.Add("Cache.Linger = -1 tick", () => _ = new DnsCacheOptions { Linger = TimeSpan.FromTicks(-1) });
        thrown.Add("Cache.Linger = 11 s", () => _ = new DnsCacheOptions { Linger = TimeSpan.FromSeconds(11) });
        thrown.Add("Cache.FailureTtl = -1 tick", () => _ = new DnsCacheOptions { FailureTtl = TimeSpan.FromTicks(-1) });
        thrown.Add("Cache.FailureTtl = 301 s", () => _ = new DnsCacheOptions { FailureTtl = TimeSpan.FromSeconds(301) });
        thrown.Add("Cache = null", () => _ = new DnsStubResolverOptions { Cache = null! });
        thrown.Add("MaxAliases = -1", () => _ = new DnsStubResolverOptions { MaxAliases = -1 });
        thrown.Add("MaxAliases = 65", () => _ = new DnsStubResolverOptions { MaxAliases = 65 });
        thrown.Add("Edns.DatagramSize = 511", () => _ = new DnsEdnsOptions { DatagramSize = 511 });
        thrown.Add("Edns.DatagramSize = 4097", () => _ = new DnsEdnsOptions { DatagramSize = 4097 });
        thrown.Add("Edns.RefusalLifetime = 0", () => _ = new DnsEdnsOptions { RefusalLifetime = TimeSpan.Zero });
        thrown.Add("Edns.RefusalLifetime = 2 days", () => _ = new DnsEdnsOptions { RefusalLifetime = TimeSpan.FromDays(2) });
        thrown.Add("Edns = null", () => _ = new DnsStubResolverOptions { Edns = null! });
        thrown.Add("Failover.AttemptDelay = -1 tick", () => _ = new DnsFailoverOptions { AttemptDelay = TimeSpan.FromTicks(-1) });
        thrown.Add("Failover.AttemptDelay = 11 s", () => _ = new DnsFailoverOptions { AttemptDelay = TimeSpan.FromSeconds(11) });
        thrown.Add("Failover.ServerRetryDelay = 99 ms", () => _ = new DnsFailoverOptions { ServerRetryDelay = TimeSpan.FromMilliseconds(99) });
        thrown.Add("Failover.ServerRetryDelay = 2 h", () => _ = new DnsFailoverOptions { ServerRetryDelay = TimeSpan.FromHours(2) });
        thrown.Add("Failover = null", () => _ = new DnsStubResolverOptions { Failover = null! });
        thrown.Add("System.ConfigurationPath = null", () => _ = new DnsSystemOptions { ConfigurationPath = null! });
        thrown.Add("System.ConfigurationPath = empty", () => _ = new DnsSystemOptions { ConfigurationPath = "" });
        thrown.Add("System.HostsPath = relative", () => _ = new DnsSystemOptions { HostsPath = "etc/hosts" });
        thrown.Add("System.NameServiceSwitchPath with NUL", () => _ = new DnsSystemOptions { NameServiceSwitchPath = "/etc/\0" });
        thrown.Add("System.CheckInterval = -1 tick", () => _ = new DnsSystemOptions { CheckInterval = TimeSpan.FromTicks(-1) });
        thrown.Add("System.CheckInterval = 2 h", () => _ = new DnsSystemOptions { CheckInterval = TimeSpan.FromHours(2) });
        thrown.Add("System.MaxSearchDomains = -1", () => _ = new DnsSystemOptions { MaxSearchDomains = -1 });
        thrown.Add("System.MaxSearchDomains = 257", () => _ = new DnsSystemOptions { MaxSearchDomains = 257 });
        thrown.Add("System.MaxFileSize = 4095", () => _ = new DnsSystemOptions { MaxFileSize = 4095 });
        thrown.Add("System.MaxFileSize = 256 MiB and 1", () => _ = new DnsSystemOptions { MaxFileSize = (256 << 20) + 1 });
        thrown.Add("System = null", () => _ = new DnsStubResolverOptions { System = null! });
        thrown.Add("TimeProvider = null", () => _ = new DnsStubResolverOptions { TimeProvider = null! });
        return Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public void Options_Bounds_AreAllowed()
    {
        var least = new DnsStubResolverOptions
        {
            NameServers = null!,
            QueryTimeout = TimeSpan.FromMilliseconds(1),
            Attempts = 1,
            MaxConcurrentQueries = 1,
            MaxAddresses = 1,
            MaxAliases = 0,
            Cache = new() { Limit = 0, MinTtl = TimeSpan.Zero, MaxTtl = TimeSpan.FromMinutes(1), MaxNegativeTtl = TimeSpan.Zero, FailureTtl = TimeSpan.Zero, Linger = TimeSpan.Zero },
            Edns = new() { DatagramSize = 512, RefusalLifetime = TimeSpan.FromSeconds(1) },
            Failover = new() { AttemptDelay = TimeSpan.Zero, ServerRetryDelay = TimeSpan.FromMilliseconds(100) },
            System = new() { CheckInterval = TimeSpan.Zero, MaxSearchDomains = 0, MaxFileSize = 4096 },
        };
        var most = new DnsStubResolverOptions
        {
            NameServers = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.IPv6Loopback, 65535), 8)],
            QueryTimeout = TimeSpan.FromMinutes(1),
            Attempts = 10,
            MaxConcurrentQueries = 4096,
            MaxAddresses = 1024,
            MaxAliases = 64,
            Cache = new() { Limit = 1 << 20, MinTtl = TimeSpan.FromMinutes(1), MaxTtl = TimeSpan.FromDays(7), MaxNegativeTtl = TimeSpan.FromHours(3), FailureTtl = TimeSpan.FromMinutes(5), Linger = TimeSpan.FromSeconds(10) },
            Edns = new() { DatagramSize = 4096, RefusalLifetime = TimeSpan.FromDays(1) },
            Failover = new() { AttemptDelay = TimeSpan.FromSeconds(10), ServerRetryDelay = TimeSpan.FromHours(1) },
            System = new() { CheckInterval = TimeSpan.FromHours(1), MaxSearchDomains = 256, MaxFileSize = 256 << 20 },
        };

        Assert.Empty(least.NameServers);
        Assert.Equal(8, most.NameServers.Count);
    }

    [Fact]
    public void NameServers_ListChangedLater_IsACopy()
    {
        IPEndPoint[] servers = [new(IPAddress.Loopback, 53)];
        var options = new DnsStubResolverOptions { NameServers = servers };

        servers[0].Port = 54;
        servers[0] = new IPEndPoint(IPAddress.Any, 0);

        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 53)], options.NameServers);
    }

    // A binder of configuration writes into the objects it finds.
    [Fact]
    public void Options_Copied_HaveChildrenOfTheirOwn()
    {
        var options = new DnsStubResolverOptions { MaxAliases = 5, NameServers = [new(IPAddress.Loopback, 53)], Cache = new() { Limit = 7 } };
        var copy = options with { };

        Assert.Equal(options, copy);
        foreach (var (one, other) in ((DnsStubResolverOptions, DnsStubResolverOptions)[])[(options, copy), (new DnsStubResolverOptions(), new DnsStubResolverOptions()), (new(), new())])
        {
            foreach (var child in typeof(DnsStubResolverOptions).GetProperties().Where(static property => property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal) && property.GetMethod!.IsStatic is false))
                Assert.NotSame(child.GetValue(one), child.GetValue(other));
        }
    }
}
