namespace Net.Async.Tests.Kestrel;

/// <summary>Rows that wait for Kestrel's time limits, which it looks at once a second: all of them are played at once, on every transport, when the first is asked for.</summary>
internal sealed class SlowRows
{
    private readonly Lazy<Dictionary<(string Row, string Transport), Task<string>>> _played;

    public SlowRows(IReadOnlyList<Row> rows)
    {
        Rows = rows;
        _played = new(() => rows.SelectMany(static row => Transports.Names.Append(Second).Select(transport => (row, transport)))
            .ToDictionary(static play => (play.row.Name, play.transport), static play => Task.Run(() => Comparison.ObserveAsync(play.row, play.transport == Second ? Transports.Control : play.transport))));
    }

    // The control's second play.
    private const string Second = "second";

    public IReadOnlyList<Row> Rows { get; }

    public async Task CompareAsync(string row, string transport) =>
        Comparison.AssertSame(await _played.Value[(row, Transports.Control)], await _played.Value[(row, transport == Transports.Control ? Second : transport)]);
}
