using System.Net.NetworkInformation;

namespace Net.Async.Namespaces;

/// <summary>Plays every case against a client under each kind of policy, and then against one without, in a namespace where every address is this machine: whatever gets past a policy arrives.</summary>
/// <remarks>Nothing can leave: the namespace has the loopback interface and no other, or the command refuses to run.</remarks>
internal static class GuardCommand
{
    // Without IPv4 but for loopback and the protected addresses, a connector looks for a translator.
    private const string Common = "link set lo up\naddr add 10.0.0.5/32 dev lo\naddr add 169.254.169.254/32 dev lo\naddr add 192.168.0.10/32 dev lo\n"
        + "addr add 2600::99/128 dev lo nodad\nroute add local ::/0 dev lo\n";

    public static async Task<int> RunAsync(Mode mode)
    {
        if (NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(static known => known.Name != "lo") is { } other)
        {
            Console.Error.WriteLine($"The namespace has the interface {other.Name}: a new one has 'lo' only.");
            return 2;
        }

        await Programs.RunAsync(Common + (mode == Mode.V6Only ? "" : "route add local 0.0.0.0/0 dev lo\n"), "ip", "-batch", "-");
        var directory = Directory.CreateTempSubdirectory("guard-");
        try
        {
            using var targets = new GuardTargets(directory.FullName);
            var cases = GuardCases.All(mode, directory.FullName);
            foreach (var (name, policy) in GuardPolicies.Of(directory.FullName))
                Lines.Say(await PlayAsync(name, policy, cases, targets));
            Lines.Say(await PlayAsync(GuardReport.Unguarded, ConnectionPolicy.AllowAll, cases, targets));
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<GuardReport> PlayAsync(string name, ConnectionPolicy policy, IReadOnlyList<GuardCase> cases, GuardTargets targets)
    {
        var opened = GuardTargets.ActiveOpens();
        targets.Take();
        var arrivals = new Dictionary<string, int>();
        var examples = new List<string>();
        var received = 0;
        foreach (var item in cases)
        {
            await item.PlayAsync(policy);
            var (came, legitimate) = targets.Take();
            received += legitimate;
            if (came.Count == 0)
                continue;
            arrivals[item.Category] = arrivals.GetValueOrDefault(item.Category) + 1;
            if (examples.Count < 20)
                examples.Add($"{item.Category}: {item.What} at {string.Join(", ", came)}");
        }

        // Every SYN that was sent in the namespace was one that the public server accepted; it may have taken the last one just now.
        for (var left = 40; left > 0 && policy != ConnectionPolicy.AllowAll && GuardTargets.ActiveOpens() != opened + received; left--)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            received += targets.Take().Legitimate;
        }

        return new GuardReport(name, cases.Count, arrivals, examples, GuardTargets.ActiveOpens() - opened - received);
    }
}
