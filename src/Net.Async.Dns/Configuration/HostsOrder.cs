namespace Net.Async;

/// <summary>When the hosts file is read.</summary>
internal enum HostsOrder
{
    Never,
    BeforeServers,
    AfterServers,
}

/// <summary>The <c>hosts</c> line of nsswitch.conf(5). Of its services <c>files</c> is the hosts file; the name servers stand for all others, which are not reached from here.</summary>
internal static class NameServiceSwitch
{
    private const string Database = "hosts:";

    /// <summary>glibc's own order, "files dns", where the file says nothing.</summary>
    public static HostsOrder Parse(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var bare = line.Split('#')[0].TrimStart();
            if (!bare.StartsWith(Database, StringComparison.Ordinal))
                continue;
            var services = bare[Database.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var files = Array.IndexOf(services, "files");
            var servers = Array.FindIndex(services, static service => service is "dns" or "resolve");
            return files < 0 ? HostsOrder.Never : servers >= 0 && servers < files ? HostsOrder.AfterServers : HostsOrder.BeforeServers;
        }

        return HostsOrder.BeforeServers;
    }
}
