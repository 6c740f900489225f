using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Net.Async.Load;

/// <summary>Kestrel's socket transport with its defaults under a bare connection handler: no HTTP, no logging.</summary>
internal sealed class KestrelPeer : EchoPeer
{
    private readonly WebApplication _application;

    private KestrelPeer(WebApplication application, EndPoint endPoint) => (_application, EndPoint) = (application, endPoint);

    public override EndPoint EndPoint { get; }

    public static async Task<KestrelPeer> StartAsync(EndPoint endPoint, bool stalls = false, X509Certificate2? tls = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => Listen(options, endPoint, listen => Use(listen, stalls, tls)));
        builder.WebHost.UseSockets(options => options.Backlog = Backlog);
        var application = builder.Build();
        await application.StartAsync();
        return new KestrelPeer(application, BoundEndPoint(application, endPoint));
    }

    public override ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Use(ListenOptions listen, bool stalls, X509Certificate2? tls)
    {
        if (tls is not null)
            listen.UseHttps(tls);
        if (stalls)
            listen.UseConnectionHandler<StallHandler>();
        else
            listen.UseConnectionHandler<EchoHandler>();
    }

    private static void Listen(KestrelServerOptions options, EndPoint endPoint, Action<ListenOptions> use)
    {
        if (endPoint is UnixDomainSocketEndPoint)
            options.ListenUnixSocket(endPoint.ToString()!, use);
        else
            options.Listen((IPEndPoint)endPoint, use);
    }

    private static EndPoint BoundEndPoint(WebApplication application, EndPoint asked)
    {
        if (asked is not IPEndPoint { Address: { } address })
            return asked;
        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new IPEndPoint(address, new Uri(bound).Port);
    }

    private sealed class EchoHandler : ConnectionHandler
    {
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            try
            {
                await PipeEcho.RunAsync(connection.Transport.Input, connection.Transport.Output);
            }
            catch (ConnectionResetException)
            {
                // The client reset the connection; churn does that on purpose.
            }
        }
    }

    private sealed class StallHandler : ConnectionHandler
    {
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            try
            {
                await StallEcho.RunAsync(connection.Transport.Input, connection.Transport.Output);
            }
            catch (ConnectionResetException)
            {
                // The client has ended.
            }
        }
    }
}
