using System.Net.Sockets;

namespace Net.Async;

/// <summary>Bytes on their way from one connection to another one in a pipe of the kernel's. It holds a pipe while it holds bytes.</summary>
internal sealed class PipedBytes
{
    private KernelPipe? _pipe;

    /// <summary>Bytes that were received and are not sent.</summary>
    public int Count => _pipe?.Count ?? 0;

    /// <summary>No pipe was to be got, or the kernel refused to use it: the bytes that come next, and those that are here, have to be copied.</summary>
    public bool MustCopy { get; private set; }

    /// <summary>Whether both transports can do it, as far as is known.</summary>
    public static bool IsPossible(TransportStream from, TransportStream to) => KernelPipe.IsUsable && from is IPipedStream { CanPipe: true } && to is IPipedStream { CanPipe: true };

    /// <summary>Receives, without waiting.</summary>
    /// <returns>As a receive says it; no bytes and no error, with <see cref="MustCopy"/>, when there is no pipe.</returns>
    public TransportResult Receive(TransportStream from)
    {
        MustCopy = (_pipe ??= KernelPipes.TryRent()) is null;
        if (MustCopy)
            return TransportResult.Of(0);
        var received = ((IPipedStream)from).TryReceive(_pipe!);
        if (received.Count == 0)
            GiveBack();
        MustCopy = IsRefused(received.Error);
        return MustCopy ? TransportResult.Of(0) : received;
    }

    /// <summary>Sends what is here, and waits as often as it takes.</summary>
    /// <param name="to">The transport, claimed by the caller.</param>
    /// <param name="record">Gets each part that has gone.</param>
    /// <returns>How the last part has ended. With <see cref="MustCopy"/> the kernel has refused, and the rest is still here.</returns>
    public async ValueTask<SocketError> SendAsync(TransportStream to, Action<TransportResult> record)
    {
        var stream = (IPipedStream)to;
        while (Count > 0)
        {
            var sent = stream.TrySend(_pipe!);
            MustCopy = IsRefused(sent.Error);
            if (MustCopy)
                return SocketError.Success;

            var error = sent.IsWouldBlock ? await stream.WaitWritableAsync().ConfigureAwait(false) : sent.Error;
            if (error != SocketError.Success)
                return error;
            if (sent.Count > 0)
                record(sent);
        }

        GiveBack();
        return SocketError.Success;
    }

    /// <summary>Copies bytes from here; 0 when none is left.</summary>
    public int CopyTo(Span<byte> memory)
    {
        var count = Count == 0 ? 0 : _pipe!.Read(memory);
        if (Count == 0)
            GiveBack();
        return count;
    }

    /// <summary>Lets go of the pipe; what is still in it is lost.</summary>
    public void GiveBack()
    {
        if (_pipe is { } pipe)
            KernelPipes.Return(pipe);
        _pipe = null;
    }

    private static bool IsRefused(SocketError error) => error == SocketError.OperationAborted && !KernelPipe.IsUsable;
}
