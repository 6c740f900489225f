using System.Globalization;

namespace Net.Async.Load;

/// <summary>Once a second on the error stream: this process's memory, and what its peer counts.</summary>
internal sealed class PeerReport : IAsyncDisposable
{
    private readonly EchoPeer _peer;
    private readonly PeriodicTimer _seconds = new(TimeSpan.FromSeconds(1));
    private readonly Task _reporting;

    public PeerReport(EchoPeer peer)
    {
        _peer = peer;
        _reporting = ReportAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _seconds.Dispose();
        await _reporting;
    }

    private async Task ReportAsync()
    {
        while (await _seconds.WaitForNextTickAsync())
        {
            // Without a collection: a report must not change what it reports.
            var heap = GC.GetTotalMemory(forceFullCollection: false) / 1024;
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"rss_kb={ProcessFigures.ResidentKilobytes(Environment.ProcessId)} heap_kb={heap} {_peer.Counters}").TrimEnd());
        }
    }
}
