using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests;

/// <summary>The system's files: read, watched, and each left alone when its option says so.</summary>
public sealed class SystemConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("netasync-dns-");
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Find_Files_AreTheSettings()
    {
        Write("resolv.conf", "nameserver 127.0.0.9\nnameserver ::1\nsearch a.test b.test\noptions ndots:3 timeout:2 attempts:4 rotate use-vc trust-ad single-request no-aaaa no-tld-query\n");
        Write("hosts", "10.0.0.1 host\n");
        var settings = Make().Find(out _);

        Assert.Equal([new IPEndPoint(IPAddress.Parse("127.0.0.9"), 53), new IPEndPoint(IPAddress.IPv6Loopback, 53)], settings.List.Servers);
        Assert.Equal((TimeSpan.FromSeconds(2), 4), (settings.List.Timeout, settings.List.Attempts));
        Assert.Equal((true, true, true, true), (settings.List.Rotate, settings.List.UseTcp, settings.List.WantsAuthentic, settings.List.SingleRequest));
        Assert.Equal((3, true, true), (settings.Ndots, settings.NoAaaa, settings.NoTldQuery));
        Assert.Equal(["a.test", "b.test"], settings.Domains);
        Assert.NotNull(settings.Hosts.Find("host"));
    }

    [Fact]
    public void Find_TurnedOff_IsNotRead()
    {
        Write("resolv.conf", "nameserver 127.0.0.9\nsearch a.test b.test\noptions ndots:3 timeout:2 attempts:4 rotate use-vc no-aaaa\n");
        Write("hosts", "10.0.0.1 host\n");
        var settings = Make(static system => system with { UseHosts = false, UseOptions = false, UseSearchDomains = false }).Find(out _);

        Assert.Equal((TimeSpan.FromSeconds(5), 2), (settings.List.Timeout, settings.List.Attempts));
        Assert.Equal((false, false, false), (settings.List.Rotate, settings.List.UseTcp, settings.NoAaaa));
        Assert.Empty(settings.Domains);
        Assert.Equal(HostsOrder.Never, settings.HostsOrder);
        Assert.Null(settings.Hosts.Find("host"));
        Assert.Single(Make(static system => system with { MaxSearchDomains = 1 }).Find(out _).Domains);
    }

    [Fact]
    public void Find_NoServerNamed_IsThisMachineAndAnEventSaysSo()
    {
        using var events = new Events();
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 53), Assert.Single(Make().Find(out _).List.Servers));
        Write("resolv.conf", "nameserver not-an-address\n");
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 53), Assert.Single(Make().Find(out _).List.Servers));

        var path = Path.Combine(_directory.FullName, "resolv.conf");
        Assert.Equal([$"1 {path} it does not exist", $"1 {path} no line does"], events.Of(1, path));
    }

    [Fact]
    public void Find_FileChanged_IsSeenAfterTheInterval()
    {
        Write("resolv.conf", "nameserver 127.0.0.8\n");
        Write("hosts", "10.0.0.1 host\n");
        var configuration = Make();
        configuration.Find(out _);
        Write("resolv.conf", "nameserver 127.0.0.9\n");
        Write("hosts", "10.0.0.2 host\n");

        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.Equal("127.0.0.8", configuration.Find(out var changed).List.Servers[0].Address.ToString());
        Assert.False(changed);
        _time.Advance(TimeSpan.FromTicks(1));
        var settings = configuration.Find(out changed);

        Assert.True(changed);
        Assert.Equal("127.0.0.9", settings.List.Servers[0].Address.ToString());
        Assert.Equal("10.0.0.2", settings.Hosts.Find("host")![0].ToString());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(settings, configuration.Find(out changed));
        Assert.False(changed);
    }

    [LinuxFact]
    public void Find_LinkTurned_IsSeen()
    {
        Write("one", "nameserver 127.0.0.8\n");
        Write("two", "nameserver 127.0.0.9\n");
        // Settled, of one length, and of one time: the link alone differs.
        foreach (var name in (string[])["one", "two"])
            File.SetLastWriteTimeUtc(Path.Combine(_directory.FullName, name), DateTime.UnixEpoch.AddYears(40).AddSeconds(name.Length + name[0]));
        var link = Path.Combine(_directory.FullName, "resolv.conf");
        File.CreateSymbolicLink(link, Path.Combine(_directory.FullName, "one"));
        var configuration = Make();
        configuration.Find(out _);

        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine(_directory.FullName, "two"));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("127.0.0.9", configuration.Find(out _).List.Servers[0].Address.ToString());
    }

    [Fact]
    public void Find_FileGone_IsThisMachine()
    {
        Write("resolv.conf", "nameserver 127.0.0.8\n");
        var configuration = Make();
        configuration.Find(out _);

        File.Delete(Path.Combine(_directory.FullName, "resolv.conf"));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(IPAddress.Loopback, configuration.Find(out _).List.Servers[0].Address);
    }

    [Fact]
    public void Find_NoReload_StaysAsItWas()
    {
        Write("resolv.conf", "nameserver 127.0.0.8\noptions no-reload\n");
        var configuration = Make();
        configuration.Find(out _);
        Write("resolv.conf", "nameserver 127.0.0.9\n");
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("127.0.0.8", configuration.Find(out _).List.Servers[0].Address.ToString());
    }

    [Fact]
    public void Find_LongFile_IsReadToTheLimit()
    {
        using var events = new Events();
        Write("resolv.conf", "nameserver 127.0.0.8\n" + new string('#', 5000) + "\nnameserver 127.0.0.9\n");

        var settings = Make(static system => system with { MaxFileSize = 4096 }).Find(out _);

        Assert.Equal("127.0.0.8", Assert.Single(settings.List.Servers).Address.ToString());
        var path = Path.Combine(_directory.FullName, "resolv.conf");
        Assert.Equal([$"6 {path} 4096"], events.Of(6, path));
    }

    // /proc says that its files have no length.
    [LinuxFact]
    public void Refresh_LengthThatLies_IsReadToItsEnd()
    {
        var file = new WatchedFile("/proc/self/status", 1 << 20);

        Assert.True(file.Refresh());
        Assert.Contains("VmRSS", file.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Environment_IsPartOfIt()
    {
        Write("resolv.conf", "search a.test\noptions ndots:2\n");
        _environment["LOCALDOMAIN"] = "b.test";
        _environment["RES_OPTIONS"] = "ndots:4";

        var settings = Make().Find(out _);

        Assert.Equal((4, "b.test"), (settings.Ndots, Assert.Single(settings.Domains)));
    }

    [Theory]
    [InlineData("machine.some.test", "some.test")]
    [InlineData("machine", null)]
    [InlineData("machine.", null)]
    public void Find_NoSearchLine_IsTheDomainOfTheMachine(string machine, string? domain) =>
        Assert.Equal(domain, Make(machine: machine).Find(out _).Domains.SingleOrDefault());

    [Fact]
    public async Task ResolveAsync_HostInTheFile_IsNotAskedFor()
    {
        Write("hosts", "10.0.0.1 host localhost\n");
        await using var resolver = new DnsStubResolver(Options());

        // There is no server at this port and address that would answer.
        Assert.Equal("10.0.0.1", Assert.Single(await resolver.ResolveAsync("Host", AddressFamily.InterNetwork)).ToString());
        Assert.Empty(await resolver.ResolveAsync("host", AddressFamily.InterNetworkV6));
        Assert.Equal("10.0.0.1", Assert.Single(await resolver.ResolveAsync("localhost", AddressFamily.Unspecified)).ToString());
        Assert.Equal(2, (await resolver.ResolveAsync("a.localhost", AddressFamily.Unspecified)).Count);
    }

    // Only reads.
    [Fact]
    public void Find_Interfaces_AreAddressesThatCanBeAsked() =>
        Assert.All(InterfaceServers.Find(), static address => Assert.False(address.Equals(IPAddress.Any) || address.IsIPv4MappedToIPv6));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory.FullName, name), text);

    private DnsStubResolverOptions Options(Func<DnsSystemOptions, DnsSystemOptions>? change = null)
    {
        var system = new DnsSystemOptions
        {
            ConfigurationPath = Path.Combine(_directory.FullName, "resolv.conf"),
            HostsPath = Path.Combine(_directory.FullName, "hosts"),
            NameServiceSwitchPath = Path.Combine(_directory.FullName, "nsswitch.conf"),
        };
        return new DnsStubResolverOptions { TimeProvider = _time, System = change is null ? system : change(system) };
    }

    private SystemConfiguration Make(Func<DnsSystemOptions, DnsSystemOptions>? change = null, string machine = "machine") =>
        new(Options(change), name => _environment.GetValueOrDefault(name), () => machine);

    private sealed class Events : EventListener
    {
        private readonly List<EventWrittenEventArgs> _written = [];

        public IEnumerable<string> Of(int id, string path)
        {
            lock (_written)
                return [.. _written.Where(written => written.EventId == id && written.Payload!.Contains(path)).Select(static written => $"{written.EventId} {string.Join(' ', written.Payload!)}")];
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == DnsStubResolver.EventSourceName)
                EnableEvents(eventSource, EventLevel.Informational);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventSource.Name != DnsStubResolver.EventSourceName)
                return;
            lock (_written)
                _written.Add(eventData);
        }
    }
}
