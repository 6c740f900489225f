namespace Net.Async.Tests.Kestrel;

/// <summary>How far the logs of two transports are compared.</summary>
internal enum LogRule
{
    /// <summary>The same lines, the same number of times.</summary>
    Same,

    /// <summary>The same lines; how often depends on who is faster.</summary>
    SameLines,

    /// <summary>Nothing: which lines come depends on who is faster.</summary>
    Free,
}

/// <summary>One kind of request, or of connection: what is done, and what is written down of it. It asserts what must be so on any transport.</summary>
/// <param name="Name">Its name in the test's name.</param>
/// <param name="Play">Plays it on the stage's transport.</param>
internal sealed record Row(string Name, Func<Stage, Task> Play)
{
    public LogRule Logs { get; init; }

    /// <summary>Names, for a theory that plays each row on each transport.</summary>
    public static TheoryData<string, string> Cases(IEnumerable<Row> rows)
    {
        var cases = new TheoryData<string, string>();
        foreach (var row in rows)
        {
            foreach (var transport in Transports.Names)
                cases.Add(row.Name, transport);
        }

        return cases;
    }
}
