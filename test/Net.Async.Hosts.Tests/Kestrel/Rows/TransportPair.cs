using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Net.Async.Tests.Kestrel;

/// <summary>A connection as the transport hands it over, without Kestrel behind it, and a client at its other end.</summary>
internal sealed class TransportPair : IAsyncDisposable
{
    private readonly KestrelApp _app;
    private readonly IConnectionListener _listener;

    private TransportPair(KestrelApp app, IConnectionListener listener, RawClient client, ConnectionContext server) =>
        (_app, _listener, Client, Server) = (app, listener, client, server);

    public RawClient Client { get; }

    public ConnectionContext Server { get; }

    public PipeReader Input => Server.Transport.Input;

    public PipeWriter Output => Server.Transport.Output;

    /// <summary>Bytes that the server's kernel has and the client's has not taken.</summary>
    public int Unacknowledged => Ports.Unacknowledged(((IPEndPoint)Server.LocalEndPoint!).Port, ((IPEndPoint)Server.RemoteEndPoint!).Port);

    public static async Task<TransportPair> OpenAsync(Stage stage, int receiveBuffer = 0)
    {
        var app = KestrelApp.Build(stage.Transport, new Setup());
        var listener = await app.Factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0)).Soon();
        var client = await RawClient.DialAsync(listener.EndPoint, receiveBuffer);
        var server = await listener.AcceptAsync().Soon();
        return stage.Own(new TransportPair(app, listener, client, server!));
    }

    /// <summary>Writes until a flush waits; that flush, and how many bytes the flushes before it had.</summary>
    public async Task<(Task<FlushResult> Flush, long Flushed)> FillAsync(int size, CancellationToken cancellationToken = default)
    {
        for (var flushed = 0L; ; flushed += size)
        {
            Site.Fill(Output.GetSpan(size)[..size], flushed);
            Output.Advance(size);
            var flush = Output.FlushAsync(cancellationToken).AsTask();
            // So long that it is no hesitation, and what the kernel has does not move: a machine that pauses that long leaves nothing there, or takes it meanwhile.
            for (var before = 0; await Task.WhenAny(flush, Task.Delay(300, CancellationToken.None)) != flush;)
            {
                var now = Unacknowledged;
                if (now > 0 && now == before)
                    return (flush, flushed);
                before = now;
            }

            Assert.False((await flush).IsCompleted);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        // As Kestrel ends them.
        Input.Complete();
        Output.Complete();
        await Server.DisposeAsync().Soon();
        await _listener.UnbindAsync().Soon();
        await _listener.DisposeAsync().Soon();
        await _app.DisposeAsync();
    }
}
