using System.Reflection;
using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>The table of Node's names, what each is here and which tests prove it; and what is wrong with it.</summary>
internal sealed partial class NodeNetPage(string text, IReadOnlyCollection<string> names, ApiNames api, IReadOnlySet<string> tests)
{
    private const string NoTest = "none: nothing to run";

    // Nothing of these could be run; everything else has a test.
    private static readonly string[] s_withoutTest = ["BlockList.isBlockList()", "SocketAddress.isSocketAddress()", "ERR_WORKER_HANDLE_NOT_TRANSFERABLE"];

    private IReadOnlyList<string[]> Rows { get; } =
    [
        .. text.Split('\n').Where(static line => line.StartsWith('|'))
            .Select(static line => line.Trim('|').Split('|').Select(static cell => cell.Trim()).ToArray())
            .Where(static cells => cells[0] != "Node" && !cells[0].StartsWith("---", StringComparison.Ordinal)),
    ];

    public static NodeNetPage OfTheRepository() => new(
        File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "node-net.md")),
        [.. File.ReadLines(Path.Combine(SourceTree.Root, "test", "Net.Async.Tests", "Architecture", "node-net-names.txt")).Where(static line => line.Length > 0 && line[0] != '#')],
        ApiNames.OfTheRepository(),
        TestsOf(TestAssemblies.All));

    /// <summary>Every test as <c>Class.Method</c>.</summary>
    public static HashSet<string> TestsOf(IEnumerable<Assembly> assemblies) =>
    [
        .. from assembly in assemblies
           from type in assembly.GetTypes()
           from method in type.GetMethods()
           where method.GetCustomAttribute<FactAttribute>() is not null
           select $"{type.Name}.{method.Name}",
    ];

    /// <summary>What is wrong, a line each; empty when nothing is.</summary>
    public IEnumerable<string> Problems() => Rows.SelectMany(ProblemsOf).Concat(Missing());

    private IEnumerable<string> Missing()
    {
        var there = Rows.Select(static cells => NameOf(cells[0])).SelectMany(static names => names).ToHashSet();
        return names.Where(name => !there.Contains(name)).Select(static name => $"{name}: there is no row")
            .Concat(there.Where(name => !names.Contains(name)).Select(static name => $"{name}: not in the list of names"));
    }

    private IEnumerable<string> ProblemsOf(string[] cells)
    {
        if (cells.Length != 4)
            return [$"{cells[0]}: {cells.Length} columns instead of 4"];
        var problems = Codes(cells[1]).Where(name => !api.Has(name)).Select(name => $"{cells[0]}: {name} is not public here").ToList();
        if (cells[2].Length == 0 && !cells[0].Contains("`E", StringComparison.Ordinal) && !cells[0].Contains("`error", StringComparison.Ordinal))
            problems.Add($"{cells[0]}: neither the same (—) nor a reason");
        if (cells[3] == NoTest)
            problems.AddRange(NameOf(cells[0]).Where(name => !s_withoutTest.Contains(name)).Select(static name => $"{name}: has no test, and could have one"));
        else if (Codes(cells[3]).Count == 0)
            problems.Add($"{cells[0]}: names no test");
        problems.AddRange(Codes(cells[3]).Where(test => !tests.Contains(test)).Select(test => $"{cells[0]}: there is no test {test}"));
        return problems;
    }

    // A name in code, or the whole cell where it is none: "IPv4-mapped".
    private static List<string> NameOf(string cell) => Codes(cell) is { Count: > 0 } names ? names : [cell];

    private static List<string> Codes(string cell) => [.. Code().Matches(cell).Select(static match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
