using System.Diagnostics;
using System.Net;
using Net.Async.Load;

namespace Net.Async.Benchmarks;

/// <summary>Frames a second of the reader's processor time, beside what people read them with otherwise, in one run. Prints a table.</summary>
internal static class FramingTable
{
    private const int WarmUps = 2;

    private static readonly (string Title, int Size, int Count, (string Name, Func<IPEndPoint, int, Task<long>> Read)[] Readers)[] s_rows =
    [
        ("lines of 64 bytes", FrameSender.Lines, 4_000_000, [("FrameReader", FrameReaders.OurLinesAsync), ("StreamReader.ReadLineAsync", FrameReaders.StreamReaderAsync)]),
        ("16 bytes with a length", 16, 8_000_000, Prefixed),
        ("256 bytes with a length", 256, 3_000_000, Prefixed),
        ("16 KiB with a length", 16 * 1024, 150_000, Prefixed),
    ];

    private static (string Name, Func<IPEndPoint, int, Task<long>> Read)[] Prefixed =>
    [
        ("FrameReader", FrameReaders.OursAsync),
        ("PipeReader.Create", static (peer, count) => FrameReaders.PipeReaderAsync(peer, count, new())),
        ("PipeReader.Create, 64 KiB", static (peer, count) => FrameReaders.PipeReaderAsync(peer, count, new(bufferSize: 64 * 1024))),
    ];

    /// <summary>Runs every row, the readers of a row in turn.</summary>
    public static async Task RunAsync(int rounds)
    {
        if (OperatingSystem.IsLinux() && Environment.ProcessorCount > 1)
            Process.GetCurrentProcess().ProcessorAffinity = 1;
        List<string[]> rows = [["frames", "reader", "a CPU second", "ours / this one"]];
        foreach (var (title, size, count, readers) in s_rows)
        {
            using var sender = FrameSender.Start(size);
            var rates = readers.Select(_ => new double[rounds]).ToArray();
            for (var round = -WarmUps; round < rounds; round++)
            {
                for (var i = 0; i < readers.Length; i++)
                {
                    var rate = await RateAsync(readers[i].Read, sender.EndPoint, count);
                    if (round >= 0)
                        rates[i][round] = rate;
                }
            }

            rows.AddRange(readers.Select((reader, i) => new[] { title, reader.Name, Rounds.Show(rates[i]), i == 0 ? "-" : Rounds.Show([.. rates[0].Zip(rates[i], static (ours, other) => ours / other)]) }));
        }

        TextTable.Write(Console.Out, rows, leftColumns: 2);
    }

    private static async Task<double> RateAsync(Func<IPEndPoint, int, Task<long>> read, IPEndPoint peer, int count)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        if (await read(peer, count) is var seen && seen < count)
            throw new InvalidOperationException($"{seen} of {count} frames have come.");
        return count / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
