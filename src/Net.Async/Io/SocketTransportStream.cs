using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connected socket, whatever waits on it: its addresses, its orderly end, and its reset.</summary>
internal abstract class SocketTransportStream : TransportStream
{
    private const ConnectionCapabilities Every = ConnectionCapabilities.HalfClose | ConnectionCapabilities.Socket | ConnectionCapabilities.DetectsPeerClose;
    private const ConnectionCapabilities Tcp = Every | ConnectionCapabilities.Reset | ConnectionCapabilities.Tcp;

    private static readonly ConnectionCapabilities s_unix = OperatingSystem.IsLinux() ? Every | ConnectionCapabilities.PeerCredentials : Every;

    private EndPoint? _local;
    private EndPoint? _remote;
    private bool _dataArrived;
    private ToldError _told;

    /// <param name="isTcp">TCP, or a Unix socket.</param>
    /// <param name="local">Null to ask the kernel.</param>
    /// <param name="remote">Null to ask the kernel.</param>
    protected SocketTransportStream(bool isTcp, EndPoint? local, EndPoint? remote = null)
    {
        IsTcp = isTcp;
        _local = local;
        _remote = remote;
    }

    public sealed override ConnectionCapabilities Capabilities => CapabilitiesOf(IsTcp);

    // Asked of the kernel on first use and once more before the close, so that both stay known afterwards.
    public sealed override EndPoint? LocalEndPoint => _local ??= AskLocalName()?.Fold();

    public sealed override EndPoint? RemoteEndPoint => _remote ??= AskRemoteName()?.Fold();

    // What was sent before the FIN counts: once the peer's kernel has it, no reset of ours takes it away again.
    internal sealed override bool HasNothingUnderWay => !IsTcp || AskTcpInformation().HasNothingUnderWay;

    public sealed override bool IsAllAcknowledged => !IsTcp || _dataArrived || AskTcpInformation().HasFinArrived;

    internal sealed override bool IsGuarded => true;

    internal sealed override long? Acknowledged => IsTcp ? AskTcpInformation().Acknowledged : null;

    protected bool IsTcp { get; }

    /// <summary>Asks a socket; the default when it was closed, or its peer has reset it before the kernel was asked.</summary>
    public static T? Ask<T>(Socket socket, Func<Socket, T?> question)
    {
        try
        {
            return question(socket);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return default;
        }
    }

    /// <summary>What a connected socket can do.</summary>
    public static ConnectionCapabilities CapabilitiesOf(bool isTcp) => isTcp ? Tcp : s_unix;

    /// <summary>Whether the peer's address needs no look before the close.</summary>
    protected virtual bool KnowsRemoteName => false;

    public sealed override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        BeginSend();
        return EndSend(Send(bytes));
    }

    public sealed override TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        BeginSend();
        return EndSend(Send(pieces));
    }

    public sealed override SocketError PendingError() => EndWait(AskError()) is not SocketError.Success and var error ? error : _told.Error;

    public sealed override ValueTask<SocketError> EndSendingAsync()
    {
        // The base class library forgets the peer's address at a shutdown.
        RememberEndPoints();
        _dataArrived = IsTcp && AskTcpInformation().HasNothingUnderWay;
        return new(ShutDownSending());
    }

    public sealed override void Close()
    {
        RememberEndPoints();
        CloseSocket();
    }

    public sealed override void Reset()
    {
        RememberEndPoints();
        // The peer's own reset may have come first: then there is nothing left to reset.
        if (IsTcp)
            ResetAtClose();
        CloseSocket();
    }

    /// <summary>Notes how a wait, or a question for the error, has ended.</summary>
    internal SocketError EndWait(SocketError error) => _told.Note(error);

    /// <summary>Notes how a send has ended that <see cref="BeginSend"/> was called for.</summary>
    internal SocketError EndSend(SocketError error) => _told.EndSend(error);

    /// <summary>Before a call that may take the error as a send.</summary>
    protected void BeginSend() => _told.BeginSend();

    protected TransportResult EndSend(TransportResult sent) => new(sent.Count, EndSend(sent.Error));

    /// <summary>Notes how a receive or a look has ended: what the kernel calls the end is none when another call has taken the error.</summary>
    protected TransportResult EndReceive(TransportResult received)
    {
        if (received.Count > 0)
            return received;
        return received.IsSuccess
            ? _told.AtEnd(this, static stream => stream.IsTcp ? stream.AskTcpInformation() : default)
            : new(0, EndWait(received.Error));
    }

    /// <summary>One send without a wait.</summary>
    protected abstract TransportResult Send(ReadOnlySpan<byte> bytes);

    /// <summary>One send of several pieces without a wait.</summary>
    protected abstract TransportResult Send(IList<ArraySegment<byte>> pieces);

    /// <summary>The error that the socket holds; the kernel forgets it with this call.</summary>
    protected abstract SocketError AskError();

    /// <summary>The socket's own address; null when it is closed, or was reset before this was asked.</summary>
    protected abstract EndPoint? AskLocalName();

    /// <summary>The peer's address, likewise.</summary>
    protected abstract EndPoint? AskRemoteName();

    protected abstract TcpInformation AskTcpInformation();

    protected abstract SocketError ShutDownSending();

    /// <summary>Makes the close send RST.</summary>
    protected abstract void ResetAtClose();

    /// <summary>Closes now. Called once or more, from any thread.</summary>
    protected abstract void CloseSocket();

    private void RememberEndPoints()
    {
        _ = LocalEndPoint;
        if (!KnowsRemoteName)
            _ = RemoteEndPoint;
    }
}
