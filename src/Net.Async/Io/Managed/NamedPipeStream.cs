using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connected named pipe: a stream that can be sent to without waiting where it is a Unix socket.</summary>
internal sealed class NamedPipeStream(PipeStream pipe, EndPoint? local, EndPoint? remote) : StreamTransport(pipe, 4096)
{
    public override ConnectionCapabilities Capabilities => ConnectionCapabilities.DetectsPeerClose;

    public override EndPoint? LocalEndPoint => local;

    public override EndPoint? RemoteEndPoint => remote;

    // A pipe that failed has lost its peer: the exception has nothing to add.
    public override Exception? Failure => null;

    // On Unix it is a socket under another name.
    internal override bool UsesReservedDescriptor => DescriptorReserve.Has(pipe.SafePipeHandle.DangerousGetHandle(), DescriptorReserve.AcceptHeadroom);

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) => PipeSocket.TrySend(pipe, bytes);

    // One byte: a write of more may be cancelled in its midst, and does not say how much has gone.
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
        catch (Exception exception)
        {
            return TransportResult.Of(ErrorOf(exception));
        }
    }

    protected override SocketError ErrorOf(Exception exception) => exception switch
    {
        IOException { InnerException: not SocketException } => SocketError.ConnectionReset,
        InvalidOperationException => SocketError.OperationAborted,
        _ => base.ErrorOf(exception),
    };
}
