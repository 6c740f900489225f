using System.Collections.Concurrent;

namespace Net.Async.Tests.Kestrel;

/// <summary>Plays rows and compares what was seen on a transport with what was seen on Kestrel's own.</summary>
internal static class Comparison
{
    private const int MostLines = 20;

    // A row that hangs fails; each of its steps has a shorter limit.
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(40);

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> s_control = [];

    /// <summary>Plays the row now. On the control it is played a second time: that a row says the same of one transport twice is what makes it a fair one.</summary>
    public static async Task PlayAsync(IEnumerable<Row> rows, string name, string transport)
    {
        var row = rows.Single(row => row.Name == name);
        var control = s_control.GetOrAdd(name, _ => new Lazy<Task<string>>(() => ObserveAsync(row, Transports.Control)));
        AssertSame(await control.Value, await ObserveAsync(row, transport));
    }

    public static async Task<string> ObserveAsync(Row row, string transport)
    {
        await using var stage = new Stage(transport, row.Logs);
        await row.Play(stage).WaitAsync(s_most);
        return await stage.EndAsync().WaitAsync(s_most);
    }

    public static void AssertSame(string control, string seen)
    {
        if (control == seen)
            return;
        string[] expected = control.Split('\n'), actual = seen.Split('\n');
        Assert.Fail($"""
            only on Kestrel's own:
            {Only(expected, actual)}
            only here:
            {Only(actual, expected)}
            """);
    }

    private static string Only(string[] these, string[] others) => string.Join('\n', these.Except(others).Take(MostLines).Select(static line => "  " + line).DefaultIfEmpty("  (nothing, or the order)"));
}
