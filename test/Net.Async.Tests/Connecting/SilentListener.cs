using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Connecting;

/// <summary>An address that says nothing: a listener whose queue is full, so that the kernel drops every SYN.</summary>
internal sealed class SilentListener : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly AddressFamily _family;

    public SilentListener(IPAddress address, int port)
    {
        _family = address.AddressFamily;
        var listener = New();
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(0);
        var endPoint = (IPEndPoint)listener.LocalEndPoint!;
        Port = endPoint.Port;
        // A queue of 0 holds one; the second one already gets no answer.
        for (var i = 0; i < 3; i++)
        {
            var filler = New();
            filler.Blocking = false;
            try
            {
                filler.Connect(endPoint);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                filler.Poll(20_000, SelectMode.SelectWrite);
            }
        }
    }

    public int Port { get; }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private Socket New()
    {
        var socket = new Socket(_family, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        return socket;
    }
}
