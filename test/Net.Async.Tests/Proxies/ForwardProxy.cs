using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests.Proxies;

/// <summary>A forward proxy of Debian as a process of its own, on a port of 127.0.0.1.</summary>
internal sealed class ForwardProxy : IAsyncDisposable
{
    private readonly Child _process;
    private readonly DirectoryInfo? _directory;

    private ForwardProxy(Child process, IPEndPoint endPoint, DirectoryInfo? directory) => (_process, EndPoint, _directory) = (process, endPoint, directory);

    public IPEndPoint EndPoint { get; }

    /// <summary>A SOCKS proxy, with a user where one is given.</summary>
    public static Task<ForwardProxy> StartMicrosocksAsync(params string[] arguments) =>
        StartAsync(endPoint => (Child.Start("microsocks", ["-i", "127.0.0.1", "-p", $"{endPoint.Port}", .. arguments]), null));

    /// <summary>An HTTP proxy, with more lines of configuration.</summary>
    public static Task<ForwardProxy> StartTinyproxyAsync(string configuration = "") => StartAsync(endPoint =>
    {
        var directory = Directory.CreateTempSubdirectory("net-async-tinyproxy-");
        var file = Path.Combine(directory.FullName, "tinyproxy.conf");
        File.WriteAllText(file, $"Port {endPoint.Port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nLogLevel Critical\nLogFile \"{directory.FullName}/log\"\n{configuration}\n");
        return (Child.Start("tinyproxy", "-d", "-c", file), directory);
    });

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory?.Delete(recursive: true);
    }

    // Another process may take the port between our look and the proxy's: then once more with another.
    private static async Task<ForwardProxy> StartAsync(Func<IPEndPoint, (Child Process, DirectoryInfo? Directory)> start)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            var endPoint = UnusedEndPoint();
            var (process, directory) = start(endPoint);
            var isListening = false;
            await Eventually.IsAsync(() => (isListening = IsListening(endPoint)) || process.HasExited, "the proxy does not listen");
            var proxy = new ForwardProxy(process, endPoint, directory);
            if (isListening)
                return proxy;
            await proxy.DisposeAsync();
        }

        throw new InvalidOperationException("The proxy does not start.");
    }

    private static bool IsListening(IPEndPoint endPoint) => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(endPoint);

    private static IPEndPoint UnusedEndPoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
