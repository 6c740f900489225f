using System.IO.Pipelines;
using System.Net;
using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>The names of the public surface, as the verified snapshots have them, to check what a page calls by name.</summary>
internal sealed partial class ApiNames
{
    // What users meet of the framework here: the pipes of a connection, and what is thrown.
    private static readonly Dictionary<string, Type> s_framework = new Type[]
    {
        typeof(PipeReader), typeof(PipeWriter), typeof(IPEndPoint), typeof(System.Net.Sockets.UnixDomainSocketEndPoint), typeof(ArgumentException), typeof(ArgumentNullException),
        typeof(ArgumentOutOfRangeException), typeof(FormatException), typeof(InvalidOperationException), typeof(NotSupportedException), typeof(OperationCanceledException),
    }.ToDictionary(static type => type.Name);

    private readonly Dictionary<string, HashSet<string>> _members = [];
    private readonly Dictionary<string, string> _bases = [];

    /// <summary>Reads snapshots.</summary>
    public ApiNames(IEnumerable<string> snapshots)
    {
        _members["Input"] = Members(s_framework["PipeReader"]);
        _members["Output"] = Members(s_framework["PipeWriter"]);
        foreach (var (name, type) in s_framework)
            _members[name] = Members(type);
        foreach (var snapshot in snapshots)
            Read(snapshot);
    }

    public static ApiNames OfTheRepository() => new(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "test", "Net.Async.UnitTests", "Architecture"), "PublicApiTests.Describe_NetAsync*.verified.txt").Select(File.ReadAllText));

    /// <summary>Whether it is <c>Type</c> or <c>Type.Member</c>; of a connection's pipes <c>Input.Member</c> and <c>Output.Member</c>.</summary>
    public bool Has(string name)
    {
        var parts = name.Split('.');
        return parts.Length switch
        {
            1 => _members.ContainsKey(parts[0]),
            2 => HasMember(parts[0], parts[1]),
            _ => false,
        };
    }

    private bool HasMember(string? type, string member)
    {
        for (; type is not null; type = _bases.GetValueOrDefault(type))
        {
            if (_members.TryGetValue(type, out var members) && members.Contains(member))
                return true;
        }

        return false;
    }

    private void Read(string snapshot)
    {
        HashSet<string>? own = null, extended = null;
        foreach (var line in snapshot.Split('\n'))
        {
            if (Header().Match(line) is { Success: true } header)
            {
                own = MembersOf(header.Groups["type"].Value);
                if (header.Groups["base"].Success)
                    _bases[header.Groups["type"].Value] = header.Groups["base"].Value;
            }
            else if (Extension().Match(line) is { Success: true } extension)
            {
                extended = MembersOf(extension.Groups["type"].Value);
            }
            else if (Member().Match(line) is { Success: true } member)
            {
                own!.Add(member.Groups["name"].Value);
                if (Extended().Match(line) is { Success: true } first)
                    MembersOf(first.Groups["type"].Value).Add(member.Groups["name"].Value);
                if (line.StartsWith("        ", StringComparison.Ordinal))
                    extended!.Add(member.Groups["name"].Value);
            }
        }
    }

    private HashSet<string> MembersOf(string type) => _members.TryGetValue(type, out var members) ? members : _members[type] = [];

    private static HashSet<string> Members(Type type) => [.. type.GetMembers().Select(static member => member.Name)];

    [GeneratedRegex(@"^[\[\w].* Net\.Async\.(?<type>\w+)(?: : (?<base>\w+))?")]
    private static partial Regex Header();

    [GeneratedRegex(@"^    extension\((?<type>\w+)")]
    private static partial Regex Extension();

    [GeneratedRegex(@"\(this (?<type>\w+) ")]
    private static partial Regex Extended();

    // The word before the parameters, the accessors or the value.
    [GeneratedRegex(@"^ {4,8}(?:\S[^({=]* )?(?<name>\w+)(?:<\w+>)?(?:\(| \{| = )")]
    private static partial Regex Member();
}
