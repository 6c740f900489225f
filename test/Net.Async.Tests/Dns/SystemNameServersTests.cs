namespace Net.Async.Tests;

public class SystemNameServersTests
{
    // Reads the file; asks nobody.
    [LinuxFact]
    public void Find_Linux_IsWhatResolvConfSays()
    {
        var named = File.Exists("/etc/resolv.conf")
            ? File.ReadLines("/etc/resolv.conf").Where(static line => line.StartsWith("nameserver ", StringComparison.Ordinal)).Select(static line => line[11..].Trim()).Take(3).ToArray()
            : [];

        Assert.Equal(named.Length > 0 ? named : ["127.0.0.1"], SystemNameServers.Find().Select(static server => server.Address.ToString()));
        Assert.All(SystemNameServers.Find(), static server => Assert.Equal(53, server.Port));
    }
}
