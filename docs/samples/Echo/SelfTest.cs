using System.Diagnostics;
using Net.Async;

namespace Echo;

/// <summary>One server and 100 clients on each transport. Every client sends this program's own file; one also sends 64 MiB of generated data.</summary>
internal static class SelfTest
{
    private const int Clients = 100;
    private const int GeneratedBytes = 64 * 1024 * 1024;

    public static async Task<int> RunAsync()
    {
        var name = $"net-async-echo-{Environment.ProcessId}";
        var path = Path.Combine(Path.GetTempPath(), name);
        var transports = new List<(string Name, string EndPoint)>
        {
            ("tcp4", "127.0.0.1:0"), ("tcp6", "[::1]:0"), ("unix", "unix:" + path), ("pipe", "pipe:" + name),
        };
        if (OperatingSystem.IsLinux())
            transports.Insert(3, ("abstract", "unix:@" + name));

        var file = await File.ReadAllBytesAsync(typeof(SelfTest).Assembly.Location);
        var generated = Payload.Generate(GeneratedBytes);
        Console.WriteLine($"{"transport",-10}{"bytes",14}{"MB/s",8}{"connections",13}{"errors",8}");
        var errors = 0;
        foreach (var (transport, endPoint) in transports)
            errors += await RunAsync(transport, endPoint, file, generated);
        return errors == 0 ? 0 : 1;
    }

    private static async Task<int> RunAsync(string transport, string endPoint, byte[] file, byte[] generated)
    {
        await using var server = Server.Listen(endPoint);
        var serving = server.ServeAsync(EchoServer.EchoAsync);
        var watch = Stopwatch.StartNew();
        var clients = Enumerable.Range(0, Clients).Select(i => Payload.SendAndCompareAsync(server.LocalEndPoint, file)).ToList();
        clients.Add(Payload.SendAndCompareAsync(server.LocalEndPoint, generated));
        var results = await Task.WhenAll(clients);
        watch.Stop();
        await server.StopAsync();
        await serving;

        var bytes = results.Sum(result => result.Bytes);
        var failures = results.Where(result => result.Error is not null).ToList();
        Console.WriteLine($"{transport,-10}{bytes,14:N0}{bytes / 1e6 / watch.Elapsed.TotalSeconds,8:N0}{results.Length,13}{failures.Count + server.HandlerFailures,8}");
        foreach (var failure in failures.Take(3))
            Console.Error.WriteLine($"  {failure.Error}");
        return failures.Count + (int)server.HandlerFailures;
    }
}
