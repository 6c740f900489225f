using System.Globalization;

namespace Net.Async.Load;

/// <summary>One line of results: which peer, which mode, and the figures by name.</summary>
internal sealed record Sample(string Peer, string Mode, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Reads <c>PEER mode=MODE name=value …</c>; values that are no numbers are left out.</summary>
    public static Sample Parse(string line, int number)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not [var peer, var mode, ..] || peer.Contains('=') || !mode.StartsWith("mode=", StringComparison.Ordinal))
            throw new UsageException($"Line {number} is no result: it must start with a peer and mode=, and is '{line}'.");

        var figures = new Dictionary<string, double>();
        foreach (var word in words[2..])
        {
            if (word.Split('=') is [var name, var text] && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                figures[name] = value;
        }

        return new Sample(peer, mode["mode=".Length..], figures);
    }
}
