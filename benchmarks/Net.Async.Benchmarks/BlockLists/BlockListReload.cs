using System.Diagnostics;
using System.Text;

namespace Net.Async.Benchmarks;

/// <summary>Checks while a list of 100,000 lines is loaded again every 100 ms, beside the same checks while nothing changes.</summary>
internal static class BlockListReload
{
    private const int Lines = 100_000;

    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(int seconds)
    {
        byte[][] feeds = [Feed(0), Feed(1)];
        var list = new BlockList();
        await list.ReplaceWithAsync(new MemoryStream(feeds[0]));
        await MeasureAsync(list, null, 1);
        for (var round = 1; round <= 3; round++)
        {
            Console.WriteLine($"round {round}, no reloads: {await MeasureAsync(list, null, seconds)}");
            Console.WriteLine($"round {round}, reloads:    {await MeasureAsync(list, feeds, seconds)}");
        }
    }

    private static async Task<string> MeasureAsync(BlockList list, byte[][]? feeds, int seconds)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var checks = Task.Factory.StartNew(() => Check(list, stop.Token), TaskCreationOptions.LongRunning);
        var accepting = AcceptAsync(list, stop.Token);
        var reloads = 0;
        using var timer = new PeriodicTimer(s_every);
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            if (feeds is not null)
                await list.ReplaceWithAsync(new MemoryStream(feeds[++reloads % 2]), cancellationToken: CancellationToken.None);
        }

        var result = await checks;
        return $"{result}, {await accepting}, {reloads} reloads, {GC.GetTotalMemory(forceFullCollection: true) - before:#,0} bytes more";
    }

    /// <summary>A server that asks the list about every client, and clients that it must let in, one after the other.</summary>
    private static async Task<string> AcceptAsync(BlockList list, CancellationToken stop)
    {
        await using var server = Server.Listen(0, new ServerOptions { Policy = list });
        var serving = server.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(connection.Output, token), CancellationToken.None);
        var accepted = 0;
        for (; !stop.IsCancellationRequested; accepted++)
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint, CancellationToken.None);
            await Task.Delay(2, CancellationToken.None);
        }

        await server.StopAsync(CancellationToken.None);
        await serving;
        return $"{accepted} clients accepted, {server.Denied} denied";
    }

    /// <summary>Times every check in steps of the clock; what both feeds hold must be held, and what neither has must be free.</summary>
    private static string Check(BlockList list, CancellationToken stop)
    {
        var counts = new long[1 << 20];
        var (checks, wrong) = (0L, 0L);
        for (; !stop.IsCancellationRequested; checks++)
        {
            var isContained = (checks & 1) == 0;
            var address = isContained ? 0x0a000000 + (uint)(checks & 0xffff) : 0xc0000200 + (uint)(checks & 0xff);
            var start = Stopwatch.GetTimestamp();
            var answer = list.Contains(address);
            counts[Math.Min(Stopwatch.GetTimestamp() - start, counts.Length - 1)]++;
            wrong += answer == isContained ? 0 : 1;
        }

        return $"{checks:#,0} checks, {wrong} wrong, p50 {At(counts, checks * 0.5)} ns, p99 {At(counts, checks * 0.99)} ns, p99.9 {At(counts, checks * 0.999)} ns, p99.99 {At(counts, checks * 0.9999)} ns";
    }

    private static long At(long[] counts, double rank)
    {
        var seen = 0L;
        for (var step = 0; step < counts.Length; step++)
        {
            seen += counts[step];
            if (seen >= rank)
                return step * 1_000_000_000L / Stopwatch.Frequency;
        }

        return long.MaxValue;
    }

    private static byte[] Feed(uint which)
    {
        var text = new StringBuilder("10.0.0.0/8\n");
        for (var i = 1u; i < Lines; i++)
        {
            var address = 0x20000000 + (i * 8317) + which;
            text.Append(address >> 24).Append('.').Append((address >> 16) & 255).Append('.').Append((address >> 8) & 255).Append('.').Append(address & 255).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
