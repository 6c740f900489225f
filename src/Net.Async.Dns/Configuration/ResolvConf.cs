using System.Net;

namespace Net.Async;

/// <summary>What resolv.conf(5) says, read as glibc reads it: a keyword starts its line, a comment is a line of its own, the last <c>search</c> or <c>domain</c> counts, and what is not known is ignored.</summary>
internal sealed record ResolvConf
{
    // MAXNS of glibc and of resolv.conf(5).
    private const int MostServers = 3;

    private static readonly char[] s_blanks = [' ', '\t'];

    /// <summary>The first three that are addresses; empty when there is none.</summary>
    public IReadOnlyList<IPAddress> Servers { get; private init; } = [];

    /// <summary>Null when neither the file nor the environment names one.</summary>
    public IReadOnlyList<string>? Domains { get; private init; }

    public ResolvConfOptions Options { get; private init; } = new();

    /// <summary>Reads a file.</summary>
    /// <param name="text">The file's text, a character for each octet.</param>
    /// <param name="localDomain">LOCALDOMAIN: goes before what the file says of domains; null when it is not set.</param>
    /// <param name="options">RES_OPTIONS: come after the file's; null when it is not set.</param>
    public static ResolvConf Parse(string text, string? localDomain = null, string? options = null)
    {
        var conf = new ResolvConf { Domains = localDomain is null ? null : ToDomains(localDomain.Split('\n')[0]) };
        foreach (var line in text.Split('\n'))
            conf = conf.With(line, isSearchFixed: localDomain is not null);
        conf = conf with { Servers = [.. conf.Servers.Take(MostServers)] };
        return options is null ? conf : conf with { Options = conf.Options.With(options) };
    }

    private ResolvConf With(string line, bool isSearchFixed)
    {
        if (ValueOf(line, "nameserver") is { } server)
            return ServerAddress.Parse(server.Split(s_blanks)[0]) is { } address ? this with { Servers = [.. Servers, address] } : this;
        if (ValueOf(line, "options") is { } options)
            return this with { Options = Options.With(options) };
        if (isSearchFixed)
            return this;
        // One domain, whatever comes after it.
        if (ValueOf(line, "domain") is { Length: > 0 } domain)
            return this with { Domains = [domain.Split(s_blanks)[0]] };
        return ValueOf(line, "search") is { Length: > 0 } search ? this with { Domains = ToDomains(search) } : this;
    }

    // What follows the keyword and its blanks; null when it is another line.
    private static string? ValueOf(string line, string keyword) =>
        line.Length > keyword.Length && line.StartsWith(keyword, StringComparison.Ordinal) && s_blanks.Contains(line[keyword.Length])
            ? line[keyword.Length..].TrimStart(s_blanks)
            : null;

    // The first one may be empty, by a blank at the start of LOCALDOMAIN: that is the root.
    private static IReadOnlyList<string> ToDomains(string value)
    {
        var words = value.Split(s_blanks);
        return [words[0], .. words.Skip(1).Where(static word => word.Length > 0)];
    }
}
