using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Kestrel;

/// <summary>Clients of the base class library, by version: each has its own connections, and closes them.</summary>
internal sealed class Http : IAsyncDisposable
{
    private readonly SocketsHttpHandler _handler;
    private int _connections;

    public Http(KestrelApp app, int endPoint, Version? version = null)
    {
        _handler = new SocketsHttpHandler
        {
            UseProxy = false,
            // The host of the address is what TLS asks for; where it leads is here.
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                Interlocked.Increment(ref _connections);
                await socket.ConnectAsync(app.EndPoint(endPoint), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null },
        };
        Client = new HttpClient(_handler)
        {
            BaseAddress = new UriBuilder(app.Addresses[endPoint]) { Host = "localhost" }.Uri,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Eventually.Limit,
        };
    }

    public HttpClient Client { get; }

    public SocketsHttpHandler Handler => _handler;

    /// <summary>How many it has opened.</summary>
    public int Connections => _connections;

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return ValueTask.CompletedTask;
    }
}
