using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests.Proxying;

/// <summary>HAProxy as a process of its own, in TCP mode, with one address in front and one server behind.</summary>
internal sealed class Haproxy : IAsyncDisposable
{
    private readonly Child _process;
    private readonly DirectoryInfo _directory;

    private Haproxy(Child process, DirectoryInfo directory, IPEndPoint front) => (_process, _directory, FrontEndPoint) = (process, directory, front);

    /// <summary>Where clients connect to.</summary>
    public IPEndPoint FrontEndPoint { get; }

    /// <summary>Starts it. Listens when this returns.</summary>
    /// <param name="server">Its server's end point.</param>
    /// <param name="options">How it speaks to the server: <c>send-proxy</c>.</param>
    /// <param name="bind">How it listens, and more lines.</param>
    /// <param name="pem">A certificate with its key, which <c>{pem}</c> in <paramref name="bind"/> names.</param>
    public static async Task<Haproxy> StartAsync(EndPoint server, string options, string bind = "", string? pem = null)
    {
        var directory = Directory.CreateTempSubdirectory("net-async-haproxy-");
        var certificate = Path.Combine(directory.FullName, "cert.pem");
        if (pem is not null)
            await File.WriteAllTextAsync(certificate, pem);
        // Another process may take the port between our look and HAProxy's: then once more with another.
        for (var tries = 0; tries < 5; tries++)
        {
            var front = UnusedEndPoint();
            var file = Path.Combine(directory.FullName, $"{tries}.cfg");
            await File.WriteAllTextAsync(file, $"""
                global
                    stats socket {directory.FullName}/stats{tries} mode 600
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 20s
                    timeout server 20s
                listen front
                    bind {front} {bind.Replace("{pem}", certificate, StringComparison.Ordinal)}
                    server app {(server is UnixDomainSocketEndPoint unix ? $"unix@{unix}" : server)} {options}

                """);
            var process = Child.Start("haproxy", "-q", "-db", "-f", file);
            if (await ListensAsync(front, process))
                return new Haproxy(process, directory, front);
            await process.DisposeAsync();
        }

        throw new InvalidOperationException("haproxy does not start.");
    }

    /// <summary>Connects through it, from an address of this machine that nothing else here has.</summary>
    public Task<Connection> ConnectAsync(string from) => new HappyEyeballsConnector(new HappyEyeballsOptions { Addresses = { LocalAddresses = [IPAddress.Parse(from)] } }).ConnectAsync(FrontEndPoint);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    // Looked at without connecting: each connection becomes one of the server.
    private static async Task<bool> ListensAsync(IPEndPoint front, Child process)
    {
        var isListening = false;
        await Eventually.IsAsync(() => (isListening = IsListening(front)) || process.HasExited, "haproxy does not listen");
        return isListening;
    }

    private static bool IsListening(IPEndPoint front) => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(front);

    private static IPEndPoint UnusedEndPoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
