using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The errors of TLS, and their text.</summary>
internal static class TlsErrors
{
    /// <summary>The transport has ended, and TLS has not.</summary>
    public static ConnectionException Truncated(EndPoint? peer) =>
        new(ConnectionError.Truncated, "The peer ended without TLS's close_notify, and what it sent may have been cut off.", peer);

    /// <summary>A record that TLS does not take, or an alert of the peer.</summary>
    public static ConnectionException Broken(EndPoint? peer, Exception cause) => new(ConnectionError.InvalidData, $"TLS failed: {Reason(cause)}.", peer, cause);

    /// <summary>The handshake has failed.</summary>
    public static ConnectionException HandshakeFailed(EndPoint? peer, Exception cause) =>
        new(KindOf(cause), $"The TLS handshake with {Name(peer)} failed: {Reason(cause)}.", peer, cause);

    /// <summary>The handshake took too long.</summary>
    public static ConnectionException HandshakeTimedOut(EndPoint? peer, TimeSpan limit) =>
        new(ConnectionError.TimedOut, FormattableString.Invariant($"The TLS handshake with {Name(peer)} took longer than {limit.TotalSeconds} s."), peer);

    /// <summary>Bytes came before the handshake, which belong to no protocol that may be trusted.</summary>
    public static ConnectionException ReadAhead(EndPoint? peer, int count) =>
        new(ConnectionError.InvalidData, $"{Name(peer)} sent {count} bytes behind the line that asks for TLS. They were not encrypted, and another may have put them there: the connection was reset.", peer);

    private static string Name(EndPoint? peer) => peer is null ? "the peer" : NetEndPoint.Format(peer);

    private static ConnectionError KindOf(Exception cause)
    {
        for (Exception? inner = cause; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
                return socket.SocketErrorCode.ToConnectionError();
        }

        return ConnectionError.EstablishFailed;
    }

    // The cause furthest inside says most: the base class library's own says that the one inside it should be looked at.
    private static string Reason(Exception cause)
    {
        while (cause.InnerException is { } inner)
            cause = inner;
        return cause.Message.TrimEnd('.');
    }
}
