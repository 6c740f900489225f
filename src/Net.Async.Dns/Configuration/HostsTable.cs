using System.Net;

namespace Net.Async;

/// <summary>What hosts(5) says: an address, then names, in a line; <c>#</c> starts a comment anywhere. All lines of a name count.</summary>
internal sealed class HostsTable
{
    public static readonly HostsTable Empty = new();

    private readonly Dictionary<string, List<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a file.</summary>
    public static HostsTable Parse(string text)
    {
        var table = new HostsTable();
        foreach (var line in text.AsSpan().EnumerateLines())
            table.Add(line);
        return table;
    }

    /// <summary>The addresses of a host in the order of the file; null when the file does not name it.</summary>
    public IReadOnlyList<IPAddress>? Find(string host) => _addresses.GetValueOrDefault(host);

    private void Add(ReadOnlySpan<char> line)
    {
        var comment = line.IndexOf('#');
        var words = (comment < 0 ? line : line[..comment]).ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        // A line whose address is none says nothing; hosts(5) has no short forms of addresses.
        if (words.Length < 2 || !NetAddress.TryParse(words[0], out var address))
            return;
        address = ServerAddress.Fold(address);
        foreach (var name in words.AsSpan(1))
        {
            if (!_addresses.TryGetValue(name, out var addresses))
                _addresses[name] = addresses = [];
            if (!addresses.Contains(address))
                addresses.Add(address);
        }
    }
}
