using Net.Async.Namespaces;
using Net.Async.Tests.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Configurations of the system's resolver: getaddrinfo and ours ask the same servers for the same names in the same order, and find the same.</summary>
public class ResolvConfOnTheWireTests(ITestOutputHelper output)
{
    private const string Pod = "search ns.svc.cluster.local svc.cluster.local cluster.local\nnameserver 127.0.0.1\noptions ndots:5\n";

    private const string Search = "nameserver 127.0.0.1\nsearch a.test b.test\n";

    // A time limit of a second and one round, where a server is silent.
    private const string Once = "options timeout:1 attempts:1\n";

    private static readonly ResolvCase[] s_cases =
    [
        // Where the servers are named.
        Of("nameserver 127.0.0.11\n", "host.test"),
        Of("nameserver\t127.0.0.11   \t\n", "host.test"),
        Of("nameserver 127.0.0.11 # the office's\n", "host.test"),
        Of("nameserver 127.0.0.11#53\n", "host.test"),
        Of("# nameserver 127.0.0.11\n; nameserver 127.0.0.12\nnameserver 127.0.0.13\n", "host.test"),
        Of("  nameserver 127.0.0.11\nNAMESERVER 127.0.0.12\nnameserver127.0.0.13\n", "host.test"),
        Of("nameserver 127.0.0.11\r\nsearch a.test\r\n", "host"),
        Of("nameserver 127.11\n", "host.test"),
        Of("nameserver 0x7f.0.0.013\n", "host.test"),
        Of("nameserver 0.0.0.0\n", "host.test"),
        Of("nameserver ::1\n", "host.test"),
        Of("nameserver [::1]\nnameserver 127.0.0.11\n", "host.test"),
        Of("nameserver ::ffff:127.0.0.11\n", "host.test"),
        Of("nameserver fe80::53%lo\n", "host.test"),
        Of("nameserver fe80::53%1\n", "host.test"),
        Of("", "host.test"),
        Of("nameserver example.test\nnameserver\n", "host.test"),
        Of("nameserver 127.0.0.3\nnameserver bad\nnameserver 127.0.0.4\nnameserver 127.0.0.3\nnameserver 127.0.0.11\n", "host.test"),
        Of("nameserver 127.0.0.11", "host.test"),

        // Servers that do not answer, or cannot tell.
        Of("nameserver 127.0.0.5\nnameserver 127.0.0.11\n", "host.test"),
        Of("nameserver 127.0.0.5\n", "host.test"),
        Of("nameserver 127.0.0.5\nsearch a.test b.test\n", "host"),
        Of("nameserver 127.0.0.2\nnameserver 127.0.0.11\n" + Once, "host.test"),
        Of("nameserver 127.0.0.2\nnameserver 127.0.0.11\nsearch a.test b.test\n" + Once, "only"),
        Of("nameserver 127.0.0.2\nsearch a.test b.test\n" + Once, "only"),
        Of("nameserver 127.0.0.3\nnameserver 127.0.0.4\noptions attempts:3\n", "host.test"),
        Of("nameserver 127.0.0.3\nsearch a.test b.test\n", "host"),
        Of("nameserver 127.0.0.4\nsearch a.test b.test\n", "host"),
        Of("nameserver 127.0.0.4\nnameserver 127.0.0.11\n", "host.test"),
        Of("nameserver 127.0.0.7\n", "host.test"),
        Of("nameserver 127.0.0.7\nnameserver 127.0.0.11\nsearch b.test a.test\n", "host"),
        Of("nameserver 127.0.0.8\n", "host.test") with { AnyOrder = true },
        Of("nameserver 127.0.0.11\noptions attempts:0\n", "host.test"),
        Of("nameserver 127.0.0.3\noptions attempts:9 timeout:99\n", "host.test"),

        // Search domains and dots.
        Of(Search, "host"),
        Of(Search, "only"),
        Of(Search, "none"),
        Of(Search, "nowhere"),
        Of(Search, "host."),
        Of(Search, "host.test"),
        Of(Search, "nowhere.test"),
        Of(Search, "broken"),
        Of(Search, "broken.test"),
        Of(Search + "options ndots:2\n", "host.test"),
        Of(Search + "options ndots:0\n", "single"),
        Of(Search + "options ndots:x\n", "single"),
        Of(Search + "options ndots:-1\n", "host.test"),
        Of(Search + "options ndots: 2\n", "host.test"),
        Of(Search + "options ndots:99\n", "host.test"),
        Of(Search + "options ndots:2 \noptions rotate\n", "host.test"),
        Of("domain a.test\n" + Search, "only"),
        Of(Search + "domain a.test   b.test\n", "only"),
        Of(Search + "search\nsearch \ndomain \n", "only"),
        Of(Search + "search c.test\n", "host"),
        Of("nameserver 127.0.0.1\nsearch a.test # b.test\n", "only"),
        Of("nameserver 127.0.0.1\nsearch\ta.test.\t b.test.  \n", "only"),
        Of("nameserver 127.0.0.1\nsearch .\n", "single"),
        Of("nameserver 127.0.0.1\nsearch . b.test\n", "only"),
        Of("nameserver 127.0.0.1\nsearch .b.test\n", "only"),
        Of("nameserver 127.0.0.1\nsearch a..test b.test\n", "only"),
        Of($"nameserver 127.0.0.1\nsearch {new string('x', 64)}.test b.test\n", "only"),
        Of("nameserver 127.0.0.1\nsearch d1.test d2.test d3.test d4.test d5.test d6.test d7.test b.test\n", "only"),
        Of("nameserver 127.0.0.1\n", "only") with { Machine = "machine.b.test" },
        Of("nameserver 127.0.0.1\n", "only") with { Machine = "machine" },
        Of(Search + "options no-tld-query\n", "nowhere"),
        Of("nameserver 127.0.0.1\noptions no-tld-query\n", "single"),

        // The environment.
        Of(Search, "only") with { LocalDomain = "b.test a.test" },
        Of(Search, "only") with { LocalDomain = "" },
        Of(Search, "only") with { LocalDomain = " b.test" },
        Of(Search, "host.test") with { Options = "ndots:2" },
        Of(Search + "options ndots:2\n", "host.test") with { Options = "\tndots:1" },

        // Other options.
        Of("nameserver 127.0.0.1\noptions use-vc\n", "host.test"),
        Of("nameserver 127.0.0.5\nnameserver 127.0.0.1\noptions use-vc attempts:3\n", "host.test"),
        Of("nameserver 127.0.0.1\noptions trust-ad edns0 inet6 debug unknown:1 no-check-names\n", "host.test"),
        Of("nameserver 127.0.0.1\noptions single-request\n", "host.test"),
        Of("nameserver 127.0.0.1\noptions single-request-reopen\n", "host.test"),
        Of("nameserver 127.0.0.3\nnameserver 127.0.0.1\noptions single-request\n", "host.test"),
        Of("nameserver 127.0.0.7\nnameserver 127.0.0.1\noptions single-request\n", "host.test"),
        Of("nameserver 127.0.0.1\noptions no-aaaa\n", "host.test"),
        Of("nameserver 127.0.0.1\nsortlist 10.0.0.0/8\nlookup file bind\n", "host.test"),

        // The hosts file.
        Of(Search, "host") with { Hosts = "10.9.9.9 host # as it was\n2001:db8::9\thost\n#10.9.9.8 host\n127.1 host\n" },
        Of(Search, "HOST") with { Hosts = "  10.9.9.9 other Host\n" },
        Of(Search, "host.") with { Hosts = "10.9.9.9 host\n" },
        Of(Search, "host") with { Hosts = "10.9.9.9 host\n", Switch = "hosts: dns files\n" },
        Of(Search, "nowhere") with { Hosts = "10.9.9.9 nowhere\n", Switch = "hosts: dns files\n" },
        Of(Search, "host") with { Hosts = "10.9.9.9 host\n", Switch = "hosts:dns\n" },
        Of(Search, "host") with { Hosts = "10.9.9.9 host\n", Switch = "passwd: files\n" },

        // A pod's.
        Of(Pod, "svc"),
        Of(Pod, "svc.ns"),
        Of(Pod, "web.other"),
        Of(Pod, "web.other.svc"),
        Of(Pod, "svc.ns.svc.cluster.local"),
        Of(Pod, "host.test"),
        Of(Pod, "nowhere.test"),
    ];

    [NamespaceFact]
    public async Task ResolveAsync_EachConfiguration_AsksAsTheSystemDoes()
    {
        await using var space = await ResolvSpace.StartAsync();
        var different = new List<string>();
        foreach (var played in s_cases)
        {
            var (system, ours) = await space.PlayAsync(played);
            var report = $"{played}\n  system {Describe(system)}\n  ours   {Describe(ours)}\n";
            output.WriteLine(report);
            if (!Order(played, system).SequenceEqual(Order(played, ours)) || !system.Addresses.SequenceEqual(ours.Addresses) || (played is { LocalDomain: null, Options: null } && system.IsTransient != ours.IsTransient))
                different.Add(report);
        }

        Assert.True(different.Count == 0, $"{different.Count} of {s_cases.Length}:\n{string.Join('\n', different)}");
    }

    private static ResolvCase Of(string conf, string host) => new() { Conf = conf, Host = host };

    private static IEnumerable<string> Order(ResolvCase played, Resolved resolved) => played.AnyOrder ? resolved.Queries.Order(StringComparer.Ordinal) : resolved.Queries;

    private static string Describe(Resolved resolved) =>
        $"{resolved.Took:F0} ms [{string.Join(", ", resolved.Queries)}] -> [{string.Join(", ", resolved.Addresses)}] {resolved.Error}{(resolved.IsTransient ? " (transient)" : "")}";
}
