using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>Each line of input is a <see cref="ResolvCase"/>; the answer is its <see cref="ResolvResult"/>. In namespaces of its own (<see cref="ResolvSpace"/>).</summary>
internal static class ResolvCommand
{
    public static async Task<int> RunAsync(string directory)
    {
        var servers = ResolvServers.Start();
        await Lines.ObeyAsync(async line =>
        {
            var played = Lines.Parse<ResolvCase>(line);
            await WriteAsync(directory, played);
            servers.Take();
            var system = await AskSystemAsync(servers, played);
            Lines.Say(new ResolvResult(system with { IsTransient = await SaysTryAgainAsync(played) }, await AskOursAsync(servers, played)));
        });
        return 0;
    }

    // Into the files themselves: they are mounted where the system looks for them.
    private static async Task WriteAsync(string directory, ResolvCase played)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "resolv.conf"), played.Conf);
        await File.WriteAllTextAsync(Path.Combine(directory, "hosts"), played.Hosts);
        await File.WriteAllTextAsync(Path.Combine(directory, "nsswitch.conf"), played.Switch);
        await File.WriteAllTextAsync("/proc/sys/kernel/hostname", played.Machine);
        Environment.SetEnvironmentVariable("LOCALDOMAIN", played.LocalDomain);
        Environment.SetEnvironmentVariable("RES_OPTIONS", played.Options);
    }

    private static async Task<Resolved> AskSystemAsync(ResolvServers servers, ResolvCase played)
    {
        var start = Programs.ToStart("getent", "ahosts", played.Host);
        start.Environment["LOCALDOMAIN"] = played.LocalDomain;
        start.Environment["RES_OPTIONS"] = played.Options;
        var started = Stopwatch.GetTimestamp();
        using var getent = Programs.Start(start);
        var said = await getent.StandardOutput.ReadToEndAsync();
        await getent.WaitForExitAsync();
        var addresses = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0]);
        return Result(servers, addresses, getent.ExitCode == 0 ? null : $"getent exits with {getent.ExitCode}", started);
    }

    // getent does not say which error it had. The C library sees the environment of the process's start.
    private static async Task<bool> SaysTryAgainAsync(ResolvCase played)
    {
        try
        {
            await Dns.GetHostAddressesAsync(played.Host);
            return false;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.TryAgain;
        }
    }

    private static async Task<Resolved> AskOursAsync(ResolvServers servers, ResolvCase played)
    {
        servers.Take();
        var started = Stopwatch.GetTimestamp();
        await using var resolver = new DnsStubResolver();
        try
        {
            var addresses = await resolver.ResolveAsync(played.Host, AddressFamily.Unspecified);
            return Result(servers, addresses.Select(static address => address.ToString()), null, started);
        }
        catch (ConnectionException exception)
        {
            return Result(servers, [], $"{exception.SocketError}: {exception.Message}", started) with { IsTransient = exception.SocketError == SocketError.TryAgain };
        }
    }

    private static Resolved Result(ResolvServers servers, IEnumerable<string> addresses, string? error, long started) =>
        new(servers.Take(), [.. addresses.Distinct().Order(StringComparer.Ordinal)], error) { Took = Stopwatch.GetElapsedTime(started).TotalMilliseconds };
}
