using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>One connection to the services: which service it came to, and what is recorded about it.</summary>
internal sealed class Visit : IDisposable
{
    private readonly IPEndPoint _service;
    private readonly IPEndPoint _client;

    public Visit(Socket socket)
    {
        Socket = socket;
        _service = Unmapped(socket.LocalEndPoint!);
        _client = Unmapped(socket.RemoteEndPoint!);
        Tell("accepted");
    }

    public Socket Socket { get; }

    public IPAddress Service => _service.Address;

    public string Greeting => $"OK {Service}\n";

    public void Tell(string what) =>
        Lines.Say(new Served(Math.Round(Lines.Now, 3), what, Service.ToString(), _service.Port, _client.Address.ToString(), _client.Port));

    public void Dispose() => Socket.Dispose();

    // The listeners serve both families.
    private static IPEndPoint Unmapped(EndPoint endPoint)
    {
        var ip = (IPEndPoint)endPoint;
        return ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port) : ip;
    }
}
