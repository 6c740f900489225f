using System.Net;

namespace Net.Async;

/// <summary>Receives every notice of a server, as a logger or a test needs them. Derive from it and override the notices that you need.</summary>
/// <remarks>
/// The order is kept: <see cref="OnListening"/> comes first and <see cref="OnStopped"/> last. A connection is accepted, then it may reach a limit, its handler may fail, and it is closed; each of these once at most.
/// The calls come from many threads at once and delay what they tell of: return quickly. A call that throws is reported to the event source (<see cref="DiagnosticNames.EventSource"/>), and the server continues.
/// An observer with which several servers are made hears them all.
/// </remarks>
public abstract class ServerObserver
{
    /// <summary>The server listens on an address.</summary>
    /// <param name="endPoint">The address, with the port that the system chose.</param>
    public virtual void OnListening(EndPoint endPoint)
    {
    }

    /// <summary>A client was let in, and its connection goes to a handler or to the next accept.</summary>
    /// <param name="connection">The connection. Do not read, write or close it here.</param>
    public virtual void OnAccepted(Connection connection)
    {
    }

    /// <summary><see cref="ServerOptions.Policy"/> has denied a client.</summary>
    /// <param name="denied">The client and the reason.</param>
    public virtual void OnDenied(DeniedConnection denied)
    {
    }

    /// <summary>A client was turned away because a limit of the server was reached.</summary>
    /// <param name="dropped">The client and the limit.</param>
    public virtual void OnDropped(DroppedConnection dropped)
    {
    }

    /// <summary>An upgrade failed, or took longer than <see cref="UpgradeOptions.Timeout"/>. The client was reset.</summary>
    /// <param name="failed">The client and the failure.</param>
    public virtual void OnUpgradeFailed(FailedUpgrade failed)
    {
    }

    /// <summary>A limit of the connection itself (<see cref="ConnectionOptions"/>) ends it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="limit">The limit.</param>
    public virtual void OnLimitReached(Connection connection, ConnectionLimitKind limit)
    {
    }

    /// <summary>Descriptors or memory have run out, and accepting pauses. Called once for each shortage and address.</summary>
    /// <param name="endPoint">The server's address.</param>
    /// <param name="exception">The error of the accept.</param>
    public virtual void OnShortage(EndPoint endPoint, Exception exception)
    {
    }

    /// <summary>The shortage has passed.</summary>
    /// <param name="endPoint">The server's address.</param>
    /// <param name="turnedAway">How many clients were turned away meanwhile.</param>
    public virtual void OnShortageEnded(EndPoint endPoint, long turnedAway)
    {
    }

    /// <summary>A handler has failed, and its connection was aborted.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="exception">What the handler threw.</param>
    public virtual void OnHandlerFailed(Connection connection, Exception exception)
    {
    }

    /// <summary>A connection has ended. <see cref="Connection.CloseReason"/> says why.</summary>
    /// <param name="connection">The connection.</param>
    public virtual void OnClosed(Connection connection)
    {
    }

    /// <summary>A stop begins: the connections are asked to finish.</summary>
    public virtual void OnStopping()
    {
    }

    /// <summary>The server accepts no more clients at an address, because of an unbind, a stop or a failure of the listening.</summary>
    /// <param name="endPoint">The address.</param>
    public virtual void OnUnbound(EndPoint endPoint)
    {
    }

    /// <summary>The stop is over. No notice comes after this.</summary>
    /// <param name="result">How many connections finished and how many were aborted.</param>
    public virtual void OnStopped(StopResult result)
    {
    }
}
