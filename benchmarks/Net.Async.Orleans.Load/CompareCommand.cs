using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>Rounds of every peer, a fresh silo and a fresh client each time, interleaved; then one table.</summary>
internal static class CompareCommand
{
    private const string Calls = "calls/s", PerSiloCpu = "calls/silo cpu_s", PerClientCpu = "calls/client cpu_s", Memory = "silo rss_kb";

    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(CallOptions options)
    {
        var samples = new List<Sample>();
        for (var round = 0; round < options.Rounds; round++)
        {
            // Every other round the other way round: what comes first has the cooler machine.
            foreach (var peer in round % 2 == 0 ? options.Peers : options.Peers.Reverse())
            {
                var sample = await MeasureAsync(peer, options);
                samples.Add(sample);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} {peer}: {string.Join(", ", sample.Figures.Select(static figure => $"{figure.Value:0} {figure.Key}"))}"));
            }
        }

        Write(samples, options);
        return 0;
    }

    private static async Task<Sample> MeasureAsync(string peer, CallOptions options)
    {
        var (port, gateway) = FreePorts();
        await using var silo = MeasuredProcess.Start(options.SiloCpu, "silo", peer, Text(port), Text(gateway));
        await silo.ReadAsync("ready", s_start);
        await using var client = MeasuredProcess.Start(options.ClientCpu, ["client", peer, Text(gateway), .. options.ForClient()]);
        await client.ReadAsync("measuring", s_start + TimeSpan.FromSeconds(options.WarmSeconds));
        var (siloBefore, clientBefore) = (ProcessFigures.CpuSeconds(silo.Id), ProcessFigures.CpuSeconds(client.Id));
        var measured = (await client.ReadAsync("measured ", s_start + TimeSpan.FromSeconds(options.Seconds))).Split(' ');
        var (siloCpu, clientCpu) = (ProcessFigures.CpuSeconds(silo.Id) - siloBefore, ProcessFigures.CpuSeconds(client.Id) - clientBefore);
        var (calls, seconds) = (double.Parse(measured[0], CultureInfo.InvariantCulture), double.Parse(measured[1], CultureInfo.InvariantCulture));
        if (calls == 0)
            throw new LoadException($"No call came back from {peer}.");
        return new Sample(peer, "calls", new Dictionary<string, double>
        {
            [Calls] = calls / seconds,
            [PerSiloCpu] = calls / Math.Max(siloCpu, 0.01),
            [PerClientCpu] = calls / Math.Max(clientCpu, 0.01),
            [Memory] = ProcessFigures.ResidentKilobytes(silo.Id),
        });
    }

    private static void Write(List<Sample> samples, CallOptions options)
    {
        var reference = options.Peers[0];
        var rows = new List<string[]> { new[] { "figure", "peer", "median", "min..max", $"x {reference}", "rounds" } };
        foreach (var figure in new[] { Calls, PerSiloCpu, PerClientCpu, Memory })
        {
            var first = Spread.Of(samples.Where(sample => sample.Peer == reference), figure)!.Value;
            foreach (var peer in options.Peers)
            {
                var spread = Spread.Of(samples.Where(sample => sample.Peer == peer), figure)!.Value;
                rows.Add([figure, peer, spread.MedianText, spread.RangeText, (spread.Median / first.Median).ToString("0.00", CultureInfo.InvariantCulture), Text(options.Rounds)]);
            }
        }

        TextTable.Write(Console.Out, rows, leftColumns: 2);
    }

    private static (int Silo, int Gateway) FreePorts()
    {
        using TcpListener silo = new(IPAddress.Loopback, 0), gateway = new(IPAddress.Loopback, 0);
        silo.Start();
        gateway.Start();
        return (((IPEndPoint)silo.LocalEndpoint).Port, ((IPEndPoint)gateway.LocalEndpoint).Port);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
