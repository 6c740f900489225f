using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What only a connection over a Unix socket has.</summary>
public sealed class UnixFeature : SocketFeature
{
    private const int SocketLevel = 1, PeerCredential = 17;

    private UnixCredentials? _peerCredentials;

    internal UnixFeature(ConnectionLifetime lifetime)
        : base(lifetime)
    {
    }

    /// <summary>The process, the user and the group at the other end, as the kernel recorded them when the peer connected or listened (SO_PEERCRED).</summary>
    /// <exception cref="ConnectionException">The connection has ended, and the credentials were not read before.</exception>
    public UnixCredentials PeerCredentials => _peerCredentials ??= Use(nameof(PeerCredentials), Read);

    private static UnixCredentials Read(Socket socket)
    {
        Span<int> found = stackalloc int[3];
        socket.GetRawSocketOption(SocketLevel, PeerCredential, MemoryMarshal.AsBytes(found));
        return new UnixCredentials { ProcessId = found[0], UserId = (uint)found[1], GroupId = (uint)found[2] };
    }
}
