using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>The tries: spellings, answers, redirects, prefixes and paths.</summary>
internal static class GuardCases
{
    private static readonly IPAddress[] s_targets = [.. ((string[])["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.5", "192.168.0.10", "169.254.169.254", "::1", "::", "fd00::5"]).Select(IPAddress.Parse)];

    private static readonly IPNetwork[] s_prefixes = [.. ((string[])["2a00:64::/32", "2a00:64:100::/40", "2a00:64:101::/48", "2a00:64:102:100::/56", "2a00:64:103:1::/64", "2a00:64:104::/96", "64:ff9b::/96", "64:ff9b:1::/48", "64:ff9b:1:2::/96"]).Select(static text => IPNetwork.Parse(text))];

    private static readonly string[] s_localNames = ["localhost", "LOCALHOST", "localhost.", "a.localhost", "ｌｏｃａｌｈｏｓｔ", "127.0.0.1.localhost", "public.test@localhost"];

    private static readonly string[] s_paths =
    [
        "allowed/out/../s", "allowed/../outside/s", "allowed/./../outside/s", "allowed//..//outside/s", "allowed/sub/../../outside/s", "allowed/file", "allowed/absolute", "allowed/up/outside/s", "outside/s",
        "allowed/inner/../up/outside/s", "alias/../outside/s", "alias/out/../s", "outside/back/../outside/s", "allowed/out/deep/../../s", "allowed/sub/deep/../../file",
    ];

    public static IReadOnlyList<GuardCase> All(Mode mode, string directory)
    {
        MakePaths(directory);
        return [.. Spellings(), .. Answers(mode), .. Redirects(mode), .. Prefixes(mode), .. Paths(directory)];
    }

    /// <summary>Every spelling of every address that a guard must not reach, as the host of a URI.</summary>
    public static IEnumerable<string> Spelled() => s_targets.SelectMany(GuardSpelling.Of).Concat(s_localNames)
        .Concat(s_targets.Where(static target => target.AddressFamily == AddressFamily.InterNetwork).SelectMany(Embedding.Forms).Select(static address => $"[{address}]"));

    private static IEnumerable<GuardCase> Spellings() => Spelled().SelectMany(static host => (GuardCase[])
    [
        GuardCase.Http("spelling in a URI", $"http://{host}/"),
        GuardCase.Host("spelling as a host", host.Trim('[', ']')),
        GuardCase.Host("spelling read as inet_aton does", host, new() { Addresses = { AllowLegacyIPv4 = true }, Resolver = new GuardNames() }),
    ]);

    private static IEnumerable<GuardCase> Redirects(Mode mode) => Spelled().Select((host, index) => GuardCase.Redirect("redirect", $"http://{host}/", (int[])[301, 302, 303, 307, 308] is var codes ? codes[index % codes.Length] : 0, mode))
        .Concat(s_targets.Select(target => GuardCase.Redirect("redirect", $"//{(target.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{target}]" : target)}/", 302, mode)));

    private static IEnumerable<GuardCase> Answers(Mode mode)
    {
        foreach (var target in s_targets.Concat(s_targets.Where(static target => target.AddressFamily == AddressFamily.InterNetwork).SelectMany(Embedding.Forms)).Where(static target => !target.IsIPv4MappedToIPv6))
        {
            yield return GuardCase.Host("answer", "name.test", new() { Resolver = new GuardNames([target]) });
            yield return GuardCase.Http("answer", "http://name.test/", new() { Resolver = new GuardNames([target]) });
            // Public first, another one the next time.
            yield return GuardCase.Redirect("answer that changes", "http://name.test/", 302, mode) with { Options = new() { Resolver = new GuardNames([target]) } };
            // Among public ones, and of the family that goes first.
            yield return GuardCase.Host("mixed answer", "name.test") with { Options = new() { Resolver = new GuardNames([target, mode == Mode.V6Only ? GuardTargets.PublicV6 : GuardTargets.PublicV4]), Addresses = { PreferredFamily = target.AddressFamily } } };
        }
    }

    private static IEnumerable<GuardCase> Prefixes(Mode mode)
    {
        foreach (var prefix in s_prefixes)
        {
            foreach (var target in s_targets.Where(static target => target.AddressFamily == AddressFamily.InterNetwork))
            {
                var address = Embedding.Of(prefix, target);
                var given = new HappyEyeballsOptions { Addresses = { Nat64Prefixes = [prefix] }, Resolver = new GuardNames([address]) };
                // A network's prefix can be found where IPv4 has no route.
                HappyEyeballsOptions[] known = mode == Mode.V6Only ? [given, new() { Resolver = new GuardNames([address]) { Translator = prefix } }] : [given];
                foreach (var (options, category) in known.Zip((string[])["prefix given", "prefix found"]))
                {
                    for (var way = 0; way < 3; way++)
                        yield return GuardCase.EndPoint(category, new IPEndPoint(address, GuardTargets.Port), way, options);
                    yield return GuardCase.Host(category, "name.test", options);
                    yield return GuardCase.Http(category, $"http://[{address}]/", options);
                    yield return GuardCase.Http(category, "http://name.test/", options);
                }
            }
        }

        foreach (var target in s_targets)
        {
            for (var way = 0; way < 4; way++)
                yield return GuardCase.EndPoint("end point", new IPEndPoint(target, GuardTargets.Port), way);
        }
    }

    private static IEnumerable<GuardCase> Paths(string directory)
    {
        foreach (var path in s_paths)
        {
            foreach (var text in (string[])[$"{directory}/{path}", $"/{directory}//{path}", $"/proc/self/root{directory}/{path}", $"{directory}/allowed/sub/../../{path}"])
            {
                for (var way = 0; way < 4; way++)
                    yield return GuardCase.EndPoint("path", new UnixDomainSocketEndPoint(text), way);
            }
        }
    }

    private static void MakePaths(string directory)
    {
        string At(string path) => Path.Combine(directory, path);
        foreach (var made in (string[])["allowed/sub/deep", "outside/deep/deep"])
            Directory.CreateDirectory(At(made));
        foreach (var (link, target) in ((string, string)[])[("allowed/out", At("outside/deep")), ("allowed/up", ".."), ("allowed/file", "../outside/s"), ("allowed/absolute", At("outside/s")), ("allowed/inner", "sub"), ("alias", "allowed"), ("outside/back", "../allowed")])
            File.CreateSymbolicLink(At(link), target);
    }
}
