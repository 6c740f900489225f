namespace Net.Async;

/// <summary>A place in JSON, as far as lists need it: properties by name, and every element of an array.</summary>
/// <param name="Steps">From the root: a property's name, or null for every element.</param>
internal sealed record JsonPath(IReadOnlyList<string?> Steps)
{
    /// <summary>They are followed as the bits of one word.</summary>
    public const int MostPaths = 64;

    private const int MostSteps = 64;

    /// <summary>AWS, Google, Azure, Spamhaus, an array of rules.</summary>
    public static IReadOnlyList<JsonPath> Known { get; } =
    [
        .. ((string[])
        [
            "$.prefixes[*].ip_prefix", "$.ipv6_prefixes[*].ipv6_prefix", "$.prefixes[*].ipv4Prefix", "$.prefixes[*].ipv6Prefix",
            "$.values[*].properties.addressPrefixes[*]", "$.cidr", "$[*]",
        ]).Select(static path => Parse(path)!),
    ];

    /// <summary><c>$</c>, then <c>.name</c> and <c>[*]</c>, once at least; null for anything else.</summary>
    public static JsonPath? Parse(ReadOnlySpan<char> text)
    {
        if (text is not ['$', .., _])
            return null;
        var steps = new List<string?>();
        for (text = text[1..]; !text.IsEmpty && steps.Count < MostSteps;)
        {
            if (text.StartsWith("[*]", StringComparison.Ordinal))
            {
                steps.Add(null);
                text = text[3..];
                continue;
            }

            var length = text[1..].IndexOfAny('.', '[') is >= 0 and var next ? next : text.Length - 1;
            if (text[0] != '.' || length == 0)
                return null;
            steps.Add(text.Slice(1, length).ToString());
            text = text[(1 + length)..];
        }

        return text.IsEmpty ? new JsonPath(steps) : null;
    }
}
