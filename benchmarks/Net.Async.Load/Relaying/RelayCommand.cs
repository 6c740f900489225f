using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Net.Async.Load;

/// <summary>Runs a relay to a server on a port until the process is told to end.</summary>
internal static class RelayCommand
{
    public static IReadOnlyList<string> Names { get; } = ["net-async", "stream"];

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var name, var portText, var targetText] || !Names.Contains(name))
            throw new UsageException($"relay takes one of {string.Join(", ", Names)}, a port, and the port of the server behind it.");
        if (!ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || !ushort.TryParse(targetText, NumberStyles.None, CultureInfo.InvariantCulture, out var target))
            throw new UsageException($"'{portText}' or '{targetText}' is no port; a port is 0 to 65535.");
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            ended.TrySetResult();
        });
        var (endPoint, server) = (new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(IPAddress.Loopback, target));
        // Not disposed: an orderly stop waits for clients.
        EchoPeer peer = name == "stream" ? new StreamRelayPeer(endPoint, server) : new NetAsyncRelayPeer(endPoint, server);
        Console.WriteLine($"ready {((IPEndPoint)peer.EndPoint).Port}");
        await ended.Task;
        return 0;
    }
}
