using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async.Load;

/// <summary>Runs one peer until the process is told to end.</summary>
internal static class ServeCommand
{
    private const string Report = "--report";

    public static async Task<int> RunAsync(string[] args)
    {
        var reports = args is [.., Report];
        var (name, endPoint) = Parse(reports ? args[..^1] : args);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = EndOn(PosixSignal.SIGTERM, ended);
        using var interrupt = EndOn(PosixSignal.SIGINT, ended);

        // Not disposed: an orderly stop waits for clients, and the one who ends a measured server has no time for that.
        var peer = await EchoPeer.StartAsync(name, endPoint);
        Console.WriteLine($"ready {(peer.EndPoint is IPEndPoint { Port: var port } ? port : peer.EndPoint)}");
        await using var report = reports ? new PeerReport(peer) : null;
        await ended.Task;
        return 0;
    }

    private static (string Name, EndPoint EndPoint) Parse(string[] args)
    {
        if (args is not [var name, var portText, .. { Length: <= 1 } path])
            throw new UsageException("serve takes a peer, a port, perhaps the path of a Unix socket, and perhaps --report.");
        if (!EchoPeer.Names.Contains(name))
            throw new UsageException($"There is no peer '{name}'; there are {string.Join(", ", EchoPeer.Names)}.");
        if (!ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new UsageException($"'{portText}' is no port; a port is 0 to 65535.");
        return (name, path is [var file] ? LoadOptions.UnixEndPoint(file) : new IPEndPoint(IPAddress.Loopback, port));
    }

    private static PosixSignalRegistration EndOn(PosixSignal signal, TaskCompletionSource ended) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            ended.TrySetResult();
        });
}
