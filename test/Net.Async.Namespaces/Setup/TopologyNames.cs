using System.Globalization;

namespace Net.Async.Namespaces;

/// <summary>The two namespaces by name, and the files that stand in for <c>/etc</c> in the client's.</summary>
/// <remarks>Named after the process, so that two test runs do not meet.</remarks>
internal sealed class TopologyNames
{
    private const string Prefix = "netasync-", Spaces = "/run/netns", Etc = "/etc/netns";

    private TopologyNames(string process)
    {
        Client = $"{Prefix}{process}-c";
        Services = $"{Prefix}{process}-s";
    }

    public static TopologyNames OfThisProcess => new(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    public string Client { get; }

    public string Services { get; }

    /// <summary>Takes away what killed processes have left.</summary>
    public static async Task SweepAsync()
    {
        if (!Directory.Exists(Spaces))
            return;
        var processes = Directory.EnumerateFileSystemEntries(Spaces, Prefix + "*").Select(static path => Path.GetFileName(path).Split('-')[1]).ToHashSet();
        foreach (var process in processes.Where(static process => process == OfThisProcess.Client.Split('-')[1] || !Directory.Exists($"/proc/{process}")))
            await new TopologyNames(process).RemoveAsync();
    }

    public async Task MakeAsync()
    {
        var etc = Directory.CreateDirectory(Path.Combine(Etc, Client)).FullName;
        // `ip netns exec` puts them over the machine's own. A look-up gives up after 2 s.
        await File.WriteAllTextAsync(Path.Combine(etc, "resolv.conf"), "nameserver 127.0.0.1\nsearch .\noptions timeout:2 attempts:1\n");
        await File.WriteAllTextAsync(Path.Combine(etc, "hosts"), "127.0.0.1 localhost\n::1 localhost\n");
        await File.WriteAllTextAsync(Path.Combine(etc, "nsswitch.conf"), "hosts: files dns\n");
        await Programs.RunAsync("", "ip", "netns", "add", Client);
        await Programs.RunAsync("", "ip", "netns", "add", Services);
    }

    public async Task RemoveAsync()
    {
        foreach (var name in new[] { Client, Services })
        {
            if (File.Exists(Path.Combine(Spaces, name)))
                await Programs.RunAsync("", "ip", "netns", "del", name);
        }

        if (Directory.Exists(Path.Combine(Etc, Client)))
            Directory.Delete(Path.Combine(Etc, Client), recursive: true);
    }
}
