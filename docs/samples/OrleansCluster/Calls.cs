using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansCluster;

/// <summary>Numbered calls, many at a time. One that fails is made again with the same number.</summary>
internal sealed class Calls(IGrainFactory grains, int count)
{
    private const int Ledgers = 64, AtATime = 100;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, int> _failures = new();
    private int _next, _done;
    private long _longest;

    public async Task RunAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => Task.Run(() => WorkAsync(patience.Token), patience.Token)));
    }

    /// <summary>The sum of what all ledgers have.</summary>
    public async Task<int> CountAsync()
    {
        var sum = 0;
        for (var ledger = 0; ledger < Ledgers; ledger++)
            sum += await grains.GetGrain<ILedgerGrain>(ledger).CountAsync();
        return sum;
    }

    public void Report()
    {
        foreach (var (exception, times) in _failures.OrderBy(static failure => failure.Key, StringComparer.Ordinal))
            Console.WriteLine($"failed {exception} {times}");
        Console.WriteLine($"longest {Stopwatch.GetElapsedTime(0, _longest).TotalMilliseconds:0}");
    }

    private async Task WorkAsync(CancellationToken patience)
    {
        while (Interlocked.Increment(ref _next) - 1 is var call && call < count)
        {
            while (!await TryAsync(call))
                await Task.Delay(s_pause, patience);
            if (Interlocked.Increment(ref _done) is var done && done % (count / 20) == 0)
                Console.WriteLine($"progress {done}");
        }
    }

    private async Task<bool> TryAsync(int call)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await grains.GetGrain<ILedgerGrain>(call % Ledgers).RecordAsync(call);
            return true;
        }
        catch (Exception exception)
        {
            _failures.AddOrUpdate(exception.GetType().Name, 1, static (_, times) => times + 1);
            return false;
        }
        finally
        {
            NoteLongest(Stopwatch.GetTimestamp() - start);
        }
    }

    private void NoteLongest(long ticks)
    {
        for (var longest = Volatile.Read(ref _longest); ticks > longest; longest = Volatile.Read(ref _longest))
            Interlocked.CompareExchange(ref _longest, ticks, longest);
    }
}
