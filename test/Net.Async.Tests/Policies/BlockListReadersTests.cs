using System.Text;

namespace Net.Async.Tests.Policies;

/// <summary>Readers that never wait, while the list changes under them.</summary>
public class BlockListReadersTests
{
    private const int Changes = 3_000;

    // Always covered by some rule, at every moment; never covered by any.
    private const string Held = "10.200.0.1";
    private const string HeldIPv6 = "2001:db8::1";
    private const string Free = "192.0.2.77";

    [Fact]
    public async Task Check_WhileRulesComeAndGo_NeverCallsACoveredAddressFree()
    {
        var list = new BlockList();
        list.AddCidr("10.0.0.0/8");
        list.AddCidr("2001:db8::/32");
        using var stop = new CancellationTokenSource();
        var readers = StartReaders(list, stop.Token);

        for (var i = 0; i < Changes; i++)
        {
            // Two rules take turns in covering it, and others come and go around it.
            list.AddCidr(i % 2 == 0 ? "10.200.0.0/16" : "10.0.0.0/8");
            list.AddCidr(i % 2 == 0 ? "2001:db8::/48" : "2001:db8::/32");
            list.RemoveCidr(i % 2 == 0 ? "10.0.0.0/8" : "10.200.0.0/16");
            list.RemoveCidr(i % 2 == 0 ? "2001:db8::/32" : "2001:db8::/48");
            list.AddAddress(AddressBits.Of(0x0ac80000u + (uint)(i * 7919 % 65536)).ToIPAddress());
            if (i % 3 == 0)
                list.RemoveAddress(AddressBits.Of(0x0ac80000u + (uint)(i / 2 * 7919 % 65536)).ToIPAddress());
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), static checks => Assert.True(checks > 0));
    }

    [Fact]
    public async Task ReplaceWithAsync_LongListAgainAndAgain_GivesNoWrongAnswerAndKeepsNoMemory()
    {
        var list = new BlockList();
        byte[][] feeds = [Feed(0), Feed(1)];
        await ReloadAsync(list, feeds[0]);
        using var stop = new CancellationTokenSource();
        var readers = StartReaders(list, stop.Token);

        await ReloadAsync(list, feeds[1]);
        await ReloadAsync(list, feeds[0]);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 20; i++)
            await ReloadAsync(list, feeds[i % 2]);

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        // A reader that was interrupted still has the snapshot it began with: no reader is left now.
        var after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(100_001, list.Count);
        Assert.True(after - before < 2_000_000, $"{after - before} bytes more after 20 loads");
    }

    private static async Task ReloadAsync(BlockList list, byte[] feed)
    {
        var result = await list.ReplaceWithAsync(new MemoryStream(feed));
        Assert.Equal(new BlockListLoadResult { Rules = 100_001, SkippedLines = 0 }, result);
    }

    // 100,000 lines that differ, and one for what both hold.
    private static byte[] Feed(uint which)
    {
        var text = new StringBuilder("10.200.0.0/16\n");
        for (var i = 0u; i < 99_999; i++)
            text.Append(AddressBits.Of(0x20000000 + (i * 8317) + which)).Append('\n');
        return Encoding.UTF8.GetBytes(text.Append("2001:db8::/32\n").ToString());
    }

    private static Task<long>[] StartReaders(BlockList list, CancellationToken stop) =>
    [
        .. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var checks = 0L;
            while (!stop.IsCancellationRequested || checks == 0)
            {
                Assert.True(list.Contains(Held) && list.Contains(HeldIPv6), "a covered address was called free");
                Assert.False(list.Contains(Free));
                checks++;
            }

            return checks;
        })),
    ];
}
