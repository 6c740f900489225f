namespace Net.Async;

/// <summary>One direction of a relay in the kernel: bytes go from socket to socket through a pipe, which is held while bytes are in it.</summary>
internal sealed class RelayPipe
{
    private readonly StreamConnection _source, _destination;
    private readonly PipedBytes _bytes = new();

    private RelayPipe(StreamConnection source, StreamConnection destination) => (_source, _destination) = (source, destination);

    /// <summary>Bytes that were received and are not sent.</summary>
    public int Count => _bytes.Count;

    /// <summary>What comes next has to be copied.</summary>
    public bool MustCopy => _bytes.MustCopy;

    /// <summary>Whether nothing is to be passed on before what is still in the kernel.</summary>
    public bool IsNext => KernelPipe.IsUsable && !_source.HoldsBytes;

    /// <summary>Null where the kernel cannot do it: it takes two TCP sockets that are used as they are.</summary>
    public static RelayPipe? Between(Connection source, Connection destination) =>
        source is StreamConnection from && destination is StreamConnection to && from.CanPipeTo(to) ? new RelayPipe(from, to) : null;

    /// <summary>Waits for bytes and takes them.</summary>
    /// <returns>How many; 0 at the end, and with <see cref="MustCopy"/>.</returns>
    public ValueTask<int> ReceiveAsync() => _source.ReceiveAsync(_bytes);

    /// <summary>Sends what was taken.</summary>
    public async ValueTask SendAsync()
    {
        if (!await _destination.SendAsync(_bytes).ConfigureAwait(false))
            await CopyAsync().ConfigureAwait(false);
    }

    /// <summary>Lets go of the pipe.</summary>
    public void GiveBack() => _bytes.GiveBack();

    // Something else is being sent, a message of the outbox for example: what is here takes its turn behind it, as any write.
    private async ValueTask CopyAsync()
    {
        using var block = BlockPool.Shared.Rent(BlockPool.LargeBlock);
        while (_bytes.CopyTo(block.Memory.Span) is > 0 and var count)
            (await _destination.Output.WriteAsync(block.Memory[..count], CancellationToken.None).ConfigureAwait(false)).ThrowIfCut(_destination);
    }
}
