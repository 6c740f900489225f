using System.IO.Pipes;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Any stream as a transport. A stream has no readiness: a wait reads a part, and the receives that follow take it from here.</summary>
/// <remarks>Every exception of the stream becomes an error of the transport, and is kept in <see cref="Failure"/>.</remarks>
/// <param name="stream">The stream, which is the transport's.</param>
/// <param name="waitBytes">How much one wait reads; by default as much as a record of TLS.</param>
internal class StreamTransport(Stream stream, int waitBytes = 16 * 1024) : TransportStream
{
    private readonly Socket? _socket = (stream as NetworkStream)?.Socket;
    private EndPoint? _local;
    private EndPoint? _remote;
    private byte[]? _arrived; // made by the first wait
    private int _start;
    private int _end;
    private ReadOutcome _outcome;
    private SocketError _error;
    private Exception? _failure; // the first
    private ToldError _told;

    private enum ReadOutcome : byte
    {
        Open,
        Ended,
        Failed,
    }

    public override ConnectionCapabilities Capabilities => ConnectionCapabilities.DetectsPeerClose
        | (stream is SslStream or NetworkStream ? ConnectionCapabilities.HalfClose : ConnectionCapabilities.None)
        | (_socket is null ? ConnectionCapabilities.None : SocketTransportStream.CapabilitiesOf(IsTcp));

    public override EndPoint? LocalEndPoint => _local ??= Ask(static socket => socket.LocalEndPoint);

    public override EndPoint? RemoteEndPoint => _remote ??= Ask(static socket => socket.RemoteEndPoint);

    public override Socket? Socket => _socket;

    public override bool CanPeek => false;

    public override Exception? Failure => _failure;

    internal override bool IsGuarded => true;

    internal override long? Acknowledged => IsTcp ? TcpInformation.Of(_socket!).Acknowledged : null;

    internal override bool SendsAtOnce => false;

    public override TransportResult TryReceive(Span<byte> buffer)
    {
        var next = Peek();
        if (next.Count == 0)
            return next;
        var count = Math.Min(buffer.Length, _end - _start);
        _arrived.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return TransportResult.Of(count);
    }

    public override TransportResult Peek() => _start < _end ? TransportResult.Of(1) : _outcome switch
    {
        ReadOutcome.Ended => TransportResult.Of(0),
        ReadOutcome.Failed => TransportResult.Of(_error),
        _ => TransportResult.WouldBlock,
    };

    public override async ValueTask<SocketError> WaitReadableAsync()
    {
        if (!Peek().IsWouldBlock)
            return SocketError.Success;
        try
        {
            _arrived ??= new byte[waitBytes];
            // Before the read: one that fails must not show the bytes of the last one again.
            _start = _end = 0;
            _end = Checked(await stream.ReadAsync(_arrived).ConfigureAwait(false));
            if (_end == 0)
                SetEnd();
        }
        catch (NotSupportedException)
        {
            // The writing end of a pipe: nothing ever comes.
            _outcome = ReadOutcome.Ended;
        }
        catch (Exception exception)
        {
            (_error, _outcome) = (ErrorOf(exception), ReadOutcome.Failed);
        }

        return SocketError.Success;
    }

    // A stream has no write that does not wait.
    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) => TransportResult.WouldBlock;

    public override async ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        _told.BeginSend();
        try
        {
            await stream.WriteAsync(bytes).ConfigureAwait(false);
            await stream.FlushAsync().ConfigureAwait(false);
            return _told.EndSend(SocketError.Success);
        }
        catch (Exception exception)
        {
            return _told.EndSend(ErrorOf(exception));
        }
    }

    public override async ValueTask<SocketError> EndSendingAsync()
    {
        try
        {
            if (stream is SslStream tls)
                await tls.ShutdownAsync().ConfigureAwait(false);
            RememberEndPoints();
            _socket?.Shutdown(SocketShutdown.Send);
            return SocketError.Success;
        }
        catch (Exception exception)
        {
            return ErrorOf(exception);
        }
    }

    public override void Close()
    {
        RememberEndPoints();
        try
        {
            stream.Dispose();
        }
        catch (Exception exception)
        {
            // A stream may flush when it is disposed. The connection has ended, and its reason is known.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }

    public override void Reset()
    {
        RememberEndPoints();
        try
        {
            // Before the stream, which would shut the socket down first: the peer would read a clean end.
            if (IsTcp)
                _socket!.LingerState = new LingerOption(true, 0);
            _socket?.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer's own reset came first, or another thread closed.
        }

        // Any other stream may flush when it is disposed, and wait for its peer: an abort waits for none.
        if (stream is NetworkStream or PipeStream)
            Close();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static transport => transport.Close(), this, preferLocal: false);
    }

    // A stream over a TCP socket reads "the end" once a write has taken the reset.
    private void SetEnd()
    {
        if (IsTcp)
            _error = _told.AtEnd(_socket!, TcpInformation.Of).Error;
        _outcome = _error is SocketError.Success ? ReadOutcome.Ended : ReadOutcome.Failed;
    }

    private int Checked(int count) => count >= 0 && count <= waitBytes
        ? count
        : throw new InvalidOperationException($"{stream.GetType().Name} read {count} bytes into memory for {waitBytes}.");

    private bool IsTcp => _socket is { ProtocolType: ProtocolType.Tcp };

    private void RememberEndPoints() => _ = (LocalEndPoint, RemoteEndPoint);

    private EndPoint? Ask(Func<Socket, EndPoint?> question) => _socket is null ? null : SocketTransportStream.Ask(_socket, question)?.Fold();

    /// <summary>What an exception of the stream is to the connection.</summary>
    protected virtual SocketError ErrorOf(Exception exception)
    {
        _failure ??= exception;
        return TransportFailure.ErrorOf(exception);
    }
}
