using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>A client's socket, and its connection in a Kestrel app, both in the hand of a test: no HTTP in between.</summary>
internal sealed class Meeting : IAsyncDisposable
{
    /// <summary>Transports, and what a middleware makes of them.</summary>
    public static readonly string[] Ways = ["ours", "ours/tls", "ours/replaced", "sockets", "sockets/tls"];

    private readonly TestWeb _web;
    private readonly TaskCompletionSource _over;

    private Meeting(TestWeb web, TaskCompletionSource over, Socket socket, Stream stream, ConnectionContext context) =>
        (_web, _over, Socket, Client, Context) = (web, over, socket, stream, context);

    public Socket Socket { get; }

    /// <summary>The client's stream: TLS where the way has it.</summary>
    public Stream Client { get; }

    public ConnectionContext Context { get; }

    public static async Task<Meeting> OpenAsync(string way)
    {
        var accepted = new TaskCompletionSource<ConnectionContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var web = await TestWeb.StartAsync(builder =>
        {
            if (way.StartsWith("ours", StringComparison.Ordinal))
                builder.WebHost.UseNetAsync();
            TestWeb.Listening(listen =>
            {
                if (way.EndsWith("/tls", StringComparison.Ordinal))
                    listen.UseHttps(Certificates.One);
                if (way.EndsWith("/replaced", StringComparison.Ordinal))
                    listen.Use(Replacing);
                listen.Run(context =>
                {
                    accepted.TrySetResult(context);
                    return over.Task;
                });
            })(builder);
        });
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(web.EndPoint).Soon();
        Stream stream = new NetworkStream(socket);
        if (way.EndsWith("/tls", StringComparison.Ordinal))
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = static (_, certificate, _, _) => Certificates.IsOne(certificate) }).Soon();
            stream = tls;
        }

        return new Meeting(web, over, socket, stream, await accepted.Task.Soon());
    }

    /// <summary>So many bytes that the client gets, as text.</summary>
    public async Task<string> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Client.ReadExactlyAsync(bytes).Soon();
        return Encoding.ASCII.GetString(bytes);
    }

    /// <summary>The client's end of its direction: close_notify, or FIN.</summary>
    public async Task EndClientAsync()
    {
        if (Client is SslStream tls)
            await tls.ShutdownAsync().Soon();
        else
            Socket.Shutdown(SocketShutdown.Send);
    }

    public void ResetClient()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Dispose();
        _over.TrySetResult();
        await _web.DisposeAsync();
    }

    private static ConnectionDelegate Replacing(ConnectionDelegate next) => async context =>
    {
        var below = context.Transport;
        context.Transport = new Wrapped(PipeReader.Create(below.Input.AsStream()), PipeWriter.Create(below.Output.AsStream()));
        await next(context);
        context.Transport = below;
    };

    private sealed record Wrapped(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
