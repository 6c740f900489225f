namespace Net.Async;

/// <summary>The options of resolv.conf(5), with glibc's bounds. A word counts by how it begins, and one that is not known is ignored.</summary>
internal sealed record ResolvConfOptions
{
    private const int MostDots = 15, MostSeconds = 30, MostAttempts = 5;

    /// <summary>A name with fewer dots is tried with the search domains first.</summary>
    public int Ndots { get; private init; } = 1;

    /// <summary>Seconds; null when it is not set.</summary>
    public int? Timeout { get; private init; }

    /// <summary>With 0 no query is ever sent; null when it is not set.</summary>
    public int? Attempts { get; private init; }

    public bool Rotate { get; private init; }

    public bool UseTcp { get; private init; }

    public bool TrustAd { get; private init; }

    public bool SingleRequest { get; private init; }

    public bool NoTldQuery { get; private init; }

    public bool NoAaaa { get; private init; }

    public bool NoReload { get; private init; }

    /// <summary>These options and then those of a line.</summary>
    public ResolvConfOptions With(string line)
    {
        var options = this;
        for (var at = 0; at < line.Length;)
        {
            var word = line.AsSpan(at).TrimStart(" \t");
            options = options.WithWord(word);
            var length = word.IndexOfAny(' ', '\t');
            at = length < 0 ? line.Length : line.Length - word.Length + length;
        }

        return options;
    }

    // In the order of glibc's table: "single-request-reopen" begins like "single-request".
    private ResolvConfOptions WithWord(ReadOnlySpan<char> word) => word switch
    {
        _ when Number(word, "ndots:") is { } dots => this with { Ndots = dots > MostDots ? MostDots : dots & MostDots },
        _ when Number(word, "timeout:") is { } seconds => this with { Timeout = Math.Clamp(seconds, 1, MostSeconds) },
        _ when Number(word, "attempts:") is { } attempts => this with { Attempts = Math.Clamp(attempts, 0, MostAttempts) },
        _ when word.StartsWith("rotate") => this with { Rotate = true },
        _ when word.StartsWith("single-request") => this with { SingleRequest = true },
        _ when word.StartsWith("no_tld_query") || word.StartsWith("no-tld-query") => this with { NoTldQuery = true },
        _ when word.StartsWith("no-reload") => this with { NoReload = true },
        _ when word.StartsWith("use-vc") => this with { UseTcp = true },
        _ when word.StartsWith("trust-ad") => this with { TrustAd = true },
        _ when word.StartsWith("no-aaaa") => this with { NoAaaa = true },
        _ => this,
    };

    // atoi(3): blanks, a sign, digits, and whatever follows; without digits it is 0.
    private static int? Number(ReadOnlySpan<char> word, string name)
    {
        if (!word.StartsWith(name))
            return null;
        var text = word[name.Length..].TrimStart(" \t\r\v\f");
        var isNegative = text.StartsWith("-");
        var number = 0L;
        foreach (var digit in text.StartsWith("-") || text.StartsWith("+") ? text[1..] : text)
        {
            if (!char.IsAsciiDigit(digit) || number > int.MaxValue)
                break;
            number = (number * 10) + (digit - '0');
        }

        return (int)Math.Min(isNegative ? -number : number, int.MaxValue);
    }
}
