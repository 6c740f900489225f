using System.Net.Sockets;

namespace Net.Async;

/// <summary>What has gone wrong in TLS, or below it: the first failure is the one that is shown.</summary>
internal sealed class TlsFailure(TransportStream inner, CipherStream cipher, TlsSession session)
{
    /// <summary>The first failure of TLS itself; null while there is none.</summary>
    public Exception? First { get; private set; }

    /// <summary>Whether the stream below has ended. TLS has to say so itself before (RFC 8446, 6.1).</summary>
    public bool IsTruncated => cipher.HasEnded;

    /// <summary>Notes an end below that TLS has not said.</summary>
    public SocketError Truncate()
    {
        First ??= TlsErrors.Truncated(inner.RemoteEndPoint);
        return SocketError.SocketError;
    }

    /// <summary>Notes what TLS has thrown. What the stream below said comes first: the exception follows from it.</summary>
    public SocketError ErrorOf(Exception exception)
    {
        if (session.IsClosed)
            return SocketError.OperationAborted;
        if (cipher.Error is not SocketError.Success and var error)
            return error;
        if (IsTruncated)
            return Truncate();
        First ??= TlsErrors.Broken(inner.RemoteEndPoint, exception);
        return SocketError.SocketError;
    }
}
