using System.Text;
using Net.Async.Testing;

namespace Net.Async.Tests.Testing;

/// <summary>What each fault does to what both sides send, receive and close: a table, over memory and over TCP.</summary>
public class FaultTableTests : LeakCheck
{
    private static readonly (string Name, Action<FaultInjector> Apply)[] s_faults =
    [
        ("none", static _ => { }),
        ("delay 1 s", static faults => Rule(faults, FaultRules.None with { Delay = TimeSpan.FromSeconds(1), Jitter = TimeSpan.FromSeconds(1) })),
        ("throttle 10 bytes/s", static faults => Rule(faults, FaultRules.None with { BytesPerSecond = 10 })),
        ("slice 3", static faults => Rule(faults, FaultRules.None with { SliceBytes = 3 })),
        ("hold", static faults => faults.Hold()),
        ("hold sending", static faults => faults.Sending.Hold()),
        ("hold receiving", static faults => faults.Receiving.Hold()),
        ("cut", static faults => faults.Cut()),
        ("cut sending", static faults => faults.Sending.Cut()),
        ("cut receiving", static faults => faults.Receiving.Cut()),
        ("reset", static faults => faults.Reset()),
        ("half-open", static faults => faults.HalfOpen()),
        ("limit sending 5, reset", static faults => faults.Sending.Rules = Limit(FaultEnd.Reset)),
        ("limit sending 5, cut", static faults => faults.Sending.Rules = Limit(FaultEnd.Cut)),
        ("limit sending 5, end", static faults => faults.Sending.Rules = Limit(FaultEnd.End)),
        ("limit receiving 5, reset", static faults => faults.Receiving.Rules = Limit(FaultEnd.Reset)),
        ("limit receiving 5, cut", static faults => faults.Receiving.Rules = Limit(FaultEnd.Cut)),
        ("limit receiving 5, end", static faults => faults.Receiving.Rules = Limit(FaultEnd.End)),
    ];

    [Fact]
    public async Task EachFault_BothSidesSendReceiveAndClose_IsAsVerified()
    {
        // All of them at once: most of the time is spent on waiting for nothing.
        var all = await Task.WhenAll(s_faults.Select(static async fault =>
            (fault.Name, await Task.WhenAll(PlayAsync("memory", fault.Apply), PlayAsync("tcp4", fault.Apply)))));
        var table = new StringBuilder();
        foreach (var (name, rows) in all)
        {
            table.Append(name).Append('\n');
            if (rows[0] == rows[1])
                table.Append(rows[0]);
            else
                table.Append("  memory\n").Append(rows[0]).Append("  tcp4\n").Append(rows[1]);
        }

        await Verifier.Verify(table.ToString());
    }

    private static async Task<string> PlayAsync(string transport, Action<FaultInjector> apply)
    {
        var text = new StringBuilder();
        await using (var scene = await FaultScene.StartAsync(transport, apply))
        {
            text.Append("    this side sends: ").Append(await FaultScene.WriteAsync(scene.Here))
                .Append("; the peer receives: ").Append(await scene.ReadAsync(scene.Peer))
                .Append("; this side closes: ").Append(await scene.CloseAsync(scene.Here))
                .Append("; the peer receives: ").Append(await scene.ReadAsync(scene.Peer)).Append('\n');
        }

        await using (var scene = await FaultScene.StartAsync(transport, apply))
        {
            text.Append("    the peer sends: ").Append(await FaultScene.WriteAsync(scene.Peer))
                .Append("; this side receives: ").Append(await scene.ReadAsync(scene.Here))
                .Append("; the peer closes: ").Append(await scene.CloseAsync(scene.Peer))
                .Append("; this side receives: ").Append(await scene.ReadAsync(scene.Here)).Append('\n');
        }

        return text.ToString();
    }

    private static void Rule(FaultInjector faults, FaultRules rules) => (faults.Sending.Rules, faults.Receiving.Rules) = (rules, rules);

    private static FaultRules Limit(FaultEnd end) => FaultRules.None with { LimitBytes = 5, AtLimit = end };
}
