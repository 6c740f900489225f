using System.Text;

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

    /// <summary><c>$</c>, then <c>.name</c>, <c>['name']</c> and <c>[*]</c>, once at least; null for anything else.</summary>
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

            if (ReadQuoted(text, out var name) is > 0 and var quoted)
            {
                steps.Add(name);
                text = text[quoted..];
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

    /// <summary>How long <c>['name']</c> or <c>["name"]</c> is, a backslash before what stands for itself (RFC 9535, 2.3.1); 0 when there is none.</summary>
    private static int ReadQuoted(ReadOnlySpan<char> text, out string name)
    {
        name = "";
        if (text is not ['[', '\'' or '"', ..])
            return 0;
        var read = new StringBuilder();
        for (var i = 2; i + 1 < text.Length; i++)
        {
            if (text[i] == text[1])
            {
                name = read.ToString();
                return text[i + 1] == ']' && name.Length > 0 ? i + 2 : 0;
            }

            if (text[i] == '\\' && ++i + 1 >= text.Length)
                return 0;
            read.Append(text[i]);
        }

        return 0;
    }
}
