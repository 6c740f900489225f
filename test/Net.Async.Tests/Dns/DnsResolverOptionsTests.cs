using System.Net;

namespace Net.Async.Tests;

public class DnsResolverOptionsTests
{
    [Fact]
    public Task Options_OutOfRange_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        thrown.Add("NameServers = 9", () => _ = new DnsResolverOptions { NameServers = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.Loopback, 53), 9)] });
        thrown.Add("NameServers with null", () => _ = new DnsResolverOptions { NameServers = [null!] });
        thrown.Add("NameServers with port 0", () => _ = new DnsResolverOptions { NameServers = [new(IPAddress.Loopback, 0)] });
        thrown.Add("NameServers with 0.0.0.0", () => _ = new DnsResolverOptions { NameServers = [new(IPAddress.Any, 53)] });
        thrown.Add("NameServers with ::", () => _ = new DnsResolverOptions { NameServers = [new(IPAddress.IPv6Any, 53)] });
        thrown.Add("QueryTimeout = 0", () => _ = new DnsResolverOptions { QueryTimeout = TimeSpan.Zero });
        thrown.Add("QueryTimeout = infinite", () => _ = new DnsResolverOptions { QueryTimeout = Timeout.InfiniteTimeSpan });
        thrown.Add("QueryTimeout = 61 s", () => _ = new DnsResolverOptions { QueryTimeout = TimeSpan.FromSeconds(61) });
        thrown.Add("Attempts = 0", () => _ = new DnsResolverOptions { Attempts = 0 });
        thrown.Add("Attempts = 11", () => _ = new DnsResolverOptions { Attempts = 11 });
        thrown.Add("MaxConcurrentQueries = 0", () => _ = new DnsResolverOptions { MaxConcurrentQueries = 0 });
        thrown.Add("MaxConcurrentQueries = 4097", () => _ = new DnsResolverOptions { MaxConcurrentQueries = 4097 });
        thrown.Add("MaxAddresses = 0", () => _ = new DnsResolverOptions { MaxAddresses = 0 });
        thrown.Add("MaxAddresses = 1025", () => _ = new DnsResolverOptions { MaxAddresses = 1025 });
        thrown.Add("CacheLimit = -1", () => _ = new DnsResolverOptions { CacheLimit = -1 });
        thrown.Add("CacheLimit = 1048577", () => _ = new DnsResolverOptions { CacheLimit = 1048577 });
        thrown.Add("MinTtl = -1 tick", () => _ = new DnsResolverOptions { MinTtl = TimeSpan.FromTicks(-1) });
        thrown.Add("MinTtl = 61 s", () => _ = new DnsResolverOptions { MinTtl = TimeSpan.FromSeconds(61) });
        thrown.Add("MaxTtl = 59 s", () => _ = new DnsResolverOptions { MaxTtl = TimeSpan.FromSeconds(59) });
        thrown.Add("MaxTtl = 8 days", () => _ = new DnsResolverOptions { MaxTtl = TimeSpan.FromDays(8) });
        thrown.Add("MaxNegativeTtl = -1 tick", () => _ = new DnsResolverOptions { MaxNegativeTtl = TimeSpan.FromTicks(-1) });
        thrown.Add("MaxNegativeTtl = 4 h", () => _ = new DnsResolverOptions { MaxNegativeTtl = TimeSpan.FromHours(4) });
        thrown.Add("Linger = -1 tick", () => _ = new DnsResolverOptions { Linger = TimeSpan.FromTicks(-1) });
        thrown.Add("Linger = 11 s", () => _ = new DnsResolverOptions { Linger = TimeSpan.FromSeconds(11) });
        thrown.Add("TimeProvider = null", () => _ = new DnsResolverOptions { TimeProvider = null! });
        return Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public void Options_Bounds_AreAllowed()
    {
        var least = new DnsResolverOptions
        {
            NameServers = null!,
            QueryTimeout = TimeSpan.FromMilliseconds(1),
            Attempts = 1,
            MaxConcurrentQueries = 1,
            MaxAddresses = 1,
            CacheLimit = 0,
            MinTtl = TimeSpan.Zero,
            MaxTtl = TimeSpan.FromMinutes(1),
            MaxNegativeTtl = TimeSpan.Zero,
            Linger = TimeSpan.Zero,
        };
        var most = new DnsResolverOptions
        {
            NameServers = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.IPv6Loopback, 65535), 8)],
            QueryTimeout = TimeSpan.FromMinutes(1),
            Attempts = 10,
            MaxConcurrentQueries = 4096,
            MaxAddresses = 1024,
            CacheLimit = 1 << 20,
            MinTtl = TimeSpan.FromMinutes(1),
            MaxTtl = TimeSpan.FromDays(7),
            MaxNegativeTtl = TimeSpan.FromHours(3),
            Linger = TimeSpan.FromSeconds(10),
        };

        Assert.Empty(least.NameServers);
        Assert.Equal(8, most.NameServers.Count);
    }

    [Fact]
    public void NameServers_ListChangedLater_IsACopy()
    {
        IPEndPoint[] servers = [new(IPAddress.Loopback, 53)];
        var options = new DnsResolverOptions { NameServers = servers };

        servers[0] = new IPEndPoint(IPAddress.Any, 0);

        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 53)], options.NameServers);
    }
}
