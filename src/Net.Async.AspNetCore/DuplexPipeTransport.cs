using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Net.Async;

/// <summary>The pipes of a host as a transport: what a middleware has made of a connection, TLS for example, or another transport.</summary>
internal sealed class DuplexPipeTransport(ConnectionContext context) : TransportStream
{
    private readonly IDuplexPipe _pipes = context.Transport;
    private readonly SslStream? _tls = context.Features.Get<ISslStreamFeature>()?.SslStream;
    private PipeFailure? _failure; // the first
    private bool _isAtEnd;
    private int _closed;

    public override ConnectionCapabilities Capabilities => ConnectionCapabilities.DetectsPeerClose
        // Kestrel's own transports close both directions with the output.
        | (_tls is not null ? ConnectionCapabilities.HalfClose : Below & ConnectionCapabilities.HalfClose)
        | (context.LocalEndPoint is IPEndPoint ? ConnectionCapabilities.Reset : Below & ConnectionCapabilities.Reset);

    public override EndPoint? LocalEndPoint => context.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => context.RemoteEndPoint;

    public override Exception? Failure => Volatile.Read(ref _failure)?.Exception;

    // The pipe over a stream, which TLS is, has nothing before a read has brought it: neither bytes nor the end.
    public override bool CanPeek => false;

    public override TransportResult Peek() => Take([], peeks: true);

    public override TransportResult TryReceive(Span<byte> buffer) => Take(buffer, peeks: false);

    public override async ValueTask<SocketError> WaitReadableAsync()
    {
        try
        {
            if (IsClosed)
                return SocketError.OperationAborted;
            if (_isAtEnd || Volatile.Read(ref _failure) is not null)
                return SocketError.Success;
            var read = await _pipes.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            _isAtEnd = read.IsCompleted && read.Buffer.IsEmpty;
            // Examined nothing: the next read has the same bytes at once.
            _pipes.Input.AdvanceTo(read.Buffer.Start);
        }
        catch (Exception exception)
        {
            // The receive that follows says it.
            Fail(exception);
        }

        return IsClosed ? SocketError.OperationAborted : SocketError.Success;
    }

    // A pipe has no write that does not wait.
    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) =>
        IsClosed ? TransportResult.Of(SocketError.OperationAborted) : Volatile.Read(ref _failure) is { } failure ? TransportResult.Of(failure.Error) : TransportResult.WouldBlock;

    public override async ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (IsClosed)
                return SocketError.OperationAborted;
            var written = await _pipes.Output.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
            return written is { IsCompleted: false, IsCanceled: false } ? SocketError.Success : Fail(PipeFailure.NotTaken);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    public override async ValueTask<SocketError> EndSendingAsync()
    {
        try
        {
            await _pipes.Output.CompleteAsync().ConfigureAwait(false);
            // The end of Kestrel's pipe over TLS ends nothing below it.
            if (_tls is not null)
                await _tls.ShutdownAsync().ConfigureAwait(false);
            return SocketError.Success;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    public override SocketError PendingError() => Volatile.Read(ref _failure)?.Error ?? SocketError.Success;

    public override void Close() => End(static (_, pipes) => pipes.Output.Complete());

    public override void Reset() => End(static (context, _) => context.Abort(new ConnectionAbortedException()));

    private bool IsClosed => Volatile.Read(ref _closed) != 0;

    // What is below the pipes, where that is known.
    private ConnectionCapabilities Below => (context as NetAsyncConnectionContext)?.Connection.Capabilities ?? ConnectionCapabilities.None;

    private TransportResult Take(Span<byte> buffer, bool peeks)
    {
        if (IsClosed)
            return TransportResult.Of(SocketError.OperationAborted);
        try
        {
            if (_pipes.Input.TryRead(out var read))
            {
                var count = (int)Math.Min(peeks ? 1 : buffer.Length, read.Buffer.Length);
                var taken = read.Buffer.Slice(0, peeks ? 0 : count);
                taken.CopyTo(buffer);
                _isAtEnd = read.IsCompleted && read.Buffer.IsEmpty;
                _pipes.Input.AdvanceTo(taken.End);
                if (count > 0)
                    return TransportResult.Of(count);
            }
        }
        catch (Exception exception)
        {
            return TransportResult.Of(Fail(exception));
        }

        // An error is never an end.
        return Volatile.Read(ref _failure) is { } failure ? TransportResult.Of(failure.Error) : _isAtEnd ? TransportResult.Of(0) : TransportResult.WouldBlock;
    }

    private void End(Action<ConnectionContext, IDuplexPipe> how)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        try
        {
            how(context, _pipes);
            _pipes.Input.CancelPendingRead();
            _pipes.Output.CancelPendingFlush();
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            // The host has completed its pipes already, or there is no peer any more.
        }
    }

    private SocketError Fail(Exception exception) => Fail(PipeFailure.Of(exception));

    private SocketError Fail(PipeFailure failure) =>
        IsClosed ? SocketError.OperationAborted : (Interlocked.CompareExchange(ref _failure, failure, null) ?? failure).Error;
}
