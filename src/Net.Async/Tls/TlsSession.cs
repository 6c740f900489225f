using System.Net.Security;

namespace Net.Async;

/// <summary>The base class library's TLS, freed by its last user, and used by one call for reading and one for writing at a time.</summary>
/// <remarks>
/// What is behind it is a native object, which no call may be in while it is freed. A close may come at any moment: it forbids further calls, and the last of those under way frees.
/// The end of the sending direction is not safe beside a read (<see cref="SslStream.ShutdownAsync"/> takes no lock): it waits for the moment in which none decrypts.
/// </remarks>
internal sealed class TlsSession(SslStream stream)
{
    private const int Closed = int.MinValue;

    private int _users;
    private int _isDecrypting;

    public SslStream Stream => stream;

    /// <summary>Whether the peer has said its end.</summary>
    public volatile bool HasPeerEnded;

    /// <summary>Whether the peer's system had everything that was sent by then.</summary>
    public volatile bool HadAllArrived;

    /// <summary>Whether something was sent after that.</summary>
    public volatile bool HasSentSinceEnd;

    /// <summary>Whether a peer that is gone by now has had everything before.</summary>
    public bool KnowsAllArrived => HadAllArrived && !HasSentSinceEnd;

    /// <summary>Whether no call may begin any more.</summary>
    public bool IsClosed => Volatile.Read(ref _users) < 0;

    /// <summary>A call begins; <see cref="Leave"/> follows. False when it is closed.</summary>
    public bool TryEnter()
    {
        int users;
        do
        {
            users = Volatile.Read(ref _users);
            if (users < 0)
                return false;
        }
        while (Interlocked.CompareExchange(ref _users, users + 1, users) != users);
        return true;
    }

    /// <summary>A call begins; <see cref="Leave"/> follows.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Enter() => ObjectDisposedException.ThrowIf(!TryEnter(), this);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == Closed)
            Free();
    }

    /// <summary>Forbids further calls.</summary>
    public void Close()
    {
        int users;
        do
        {
            users = Volatile.Read(ref _users);
            if (users < 0)
                return;
        }
        while (Interlocked.CompareExchange(ref _users, users + Closed, users) != users);
        if (users == 0)
            Free();
    }

    /// <summary>A read has bytes to decrypt, or a shutdown begins. Either takes microseconds and waits for nothing.</summary>
    public void BeginExclusive()
    {
        for (var spin = default(SpinWait); Interlocked.Exchange(ref _isDecrypting, 1) != 0;)
            spin.SpinOnce();
    }

    public void EndExclusive() => Volatile.Write(ref _isDecrypting, 0);

    private void Free()
    {
        try
        {
            stream.Dispose();
        }
        catch (Exception exception)
        {
            // The connection has ended, and its reason is known.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }
}
