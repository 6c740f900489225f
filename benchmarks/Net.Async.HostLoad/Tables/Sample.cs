using System.Globalization;

namespace Net.Async.HostLoad;

/// <summary>One round: which scenario, which transport, and the figures by name.</summary>
internal sealed record Sample(string Scenario, string Transport, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Reads <c>SCENARIO TRANSPORT name=value …</c>.</summary>
    public static Sample Parse(string line)
    {
        if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var scenario, var transport, .. var words] || transport is not (HostApp.NetAsync or HostApp.Sockets))
            throw new UsageException($"This is no result: '{line}'.");
        var figures = new Dictionary<string, double>();
        foreach (var word in words)
        {
            if (word.Split('=') is [var name, var text] && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                figures[name] = value;
        }

        return new Sample(scenario, transport, figures);
    }
}
