using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One address of a server, and what the metrics call it: made once, so that counting makes nothing.</summary>
internal sealed class ServerAddress
{
    private readonly KeyValuePair<string, object?>[] _tags;

    public ServerAddress(EndPoint endPoint)
    {
        EndPoint = endPoint;
        _tags = endPoint switch
        {
            IPEndPoint ip =>
            [
                new("network.transport", "tcp"),
                new("network.type", ip.AddressFamily == AddressFamily.InterNetwork ? "ipv4" : "ipv6"),
                new("server.address", ip.Address.ToString()),
                new("server.port", ip.Port),
            ],
            UnixDomainSocketEndPoint unix => [new("network.transport", "unix"), new("server.address", unix.ToString())],
            NamedPipeEndPoint pipe => [new("network.transport", "pipe"), new("server.address", pipe.PipeName)],
            _ => [new("server.address", NetEndPoint.Format(endPoint))],
        };
    }

    public EndPoint EndPoint { get; }

    /// <summary>OpenTelemetry's names for it.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> Tags => _tags;

    /// <summary>The same, and one more.</summary>
    public KeyValuePair<string, object?>[] TagsWith(string name, object value) => [.. _tags, new(name, value)];
}
