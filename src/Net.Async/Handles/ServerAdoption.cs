using System.Net.Sockets;

namespace Net.Async;

/// <summary>Makes servers of sockets that were made elsewhere.</summary>
internal static class ServerAdoption
{
    public static SocketTuning Tuning(this ServerOptions options) => options.Connection.ToSettings().Tuning;

    public static Server Start(IReadOnlyList<Socket> adopted, ServerOptions options)
    {
        var server = new Server([.. adopted.Select(socket => options.Connection.Engine.Adopt(socket, options.Tuning()))], options);
        server.Start();
        return server;
    }
}
