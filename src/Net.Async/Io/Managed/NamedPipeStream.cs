using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connected named pipe. A pipe has no readiness, so a wait reads a little and the next receive takes it from here.</summary>
internal sealed class NamedPipeStream(PipeStream pipe, EndPoint? local, EndPoint? remote) : TransportStream
{
    private const int WaitBytes = 4096;

    private byte[]? _arrived;
    private int _start;
    private int _end;
    private SocketError _error;
    private bool _ended;

    public override ConnectionCapabilities Capabilities => ConnectionCapabilities.DetectsPeerClose;

    public override bool CanPeek => false;

    // On Unix it is a socket under another name.
    internal override bool IsOfTheReserve => DescriptorReserve.Has(pipe.SafePipeHandle.DangerousGetHandle(), DescriptorReserve.AcceptHeadroom);

    public override EndPoint? LocalEndPoint => local;

    public override EndPoint? RemoteEndPoint => remote;

    /// <summary>Bytes are with the peer once written; there is nothing to wait for.</summary>
    public override bool IsAllAcknowledged => true;

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

    public override TransportResult Peek() =>
        _start < _end ? TransportResult.Of(1)
        : _error != SocketError.Success ? TransportResult.Of(_error)
        : _ended ? TransportResult.Of(0) : TransportResult.WouldBlock;

    public override async ValueTask<SocketError> WaitReadableAsync()
    {
        if (!Peek().IsWouldBlock)
            return SocketError.Success;
        try
        {
            _arrived ??= new byte[WaitBytes];
            // Before the read: one that fails must not show the bytes of the last one again.
            _start = _end = 0;
            _end = await pipe.ReadAsync(_arrived).ConfigureAwait(false);
            _ended = _end == 0;
        }
        catch (NotSupportedException)
        {
            // The writing end of a pipe: nothing ever comes.
            _ended = true;
        }
        catch (Exception exception) when (Translate(exception) is { } error)
        {
            _error = error;
        }

        return SocketError.Success;
    }

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) => PipeSocket.TrySend(pipe, bytes);

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces) => TrySend(pieces[0]);

    // One byte: a write of more may be cancelled in its midst, and does not tell how much has gone.
    public override async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await pipe.WriteAsync(bytes[..1], cancellationToken).ConfigureAwait(false);
            return TransportResult.Of(1);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return TransportResult.WouldBlock;
        }
        catch (Exception exception) when (Translate(exception) is { } error)
        {
            return TransportResult.Of(error);
        }
    }

    public override async ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await pipe.WriteAsync(bytes).ConfigureAwait(false);
            return SocketError.Success;
        }
        catch (Exception exception) when (Translate(exception) is { } error)
        {
            return error;
        }
    }

    public override ValueTask<SocketError> EndSendingAsync() => new(SocketError.Success);

    public override SocketError PendingError() => SocketError.Success;

    public override void Close() => pipe.Dispose();

    public override void Reset() => pipe.Dispose();

    private static SocketError? Translate(Exception exception) => exception switch
    {
        IOException { InnerException: SocketException inner } => inner.SocketErrorCode,
        SocketException socket => socket.SocketErrorCode,
        IOException => SocketError.ConnectionReset,
        ObjectDisposedException or InvalidOperationException or OperationCanceledException => SocketError.OperationAborted,
        _ => null,
    };
}
