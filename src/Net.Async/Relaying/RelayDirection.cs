using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>One direction of a relay: what one peer sends, for the other one, and its end behind it.</summary>
internal sealed class RelayDirection
{
    private readonly Connection _source, _destination;
    private long _bytes;

    public RelayDirection(Connection source, Connection destination) => (_source, _destination, Called) = (source, destination, source);

    /// <summary>Bytes that the destination has taken.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The connection that is called at the moment, and whose failure an exception is.</summary>
    public Connection Called { get; private set; }

    /// <summary>Passes on until the source's end, and then that. It holds what one read has returned, and nothing while it waits for bytes.</summary>
    public async Task RunAsync()
    {
        var pipe = RelayPipe.Between(_source, _destination);
        try
        {
            while (pipe is { IsNext: true } ? await PipeOnAsync(pipe).ConfigureAwait(false) : await CopyOnAsync().ConfigureAwait(false))
            {
            }
        }
        finally
        {
            pipe?.GiveBack();
        }

        Called = _destination;
        await _destination.Output.CompleteAsync().ConfigureAwait(false);
    }

    // False behind the last bytes.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> PipeOnAsync(RelayPipe pipe)
    {
        var count = await pipe.ReceiveAsync().ConfigureAwait(false);
        if (count == 0)
            return pipe.MustCopy && await CopyOnAsync().ConfigureAwait(false);
        Called = _destination;
        try
        {
            await pipe.SendAsync().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _bytes, _bytes + count - pipe.Count);
        }

        Called = _source;
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> CopyOnAsync() => await PassOnAsync(await _source.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);

    // False behind the last bytes.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> PassOnAsync(ReadResult read)
    {
        var position = read.Buffer.Start;
        var consumed = position;
        Called = _destination;
        try
        {
            if (read.IsCanceled)
                throw new OperationCanceledException("The relay was ended by CancelPendingRead.");
            while (read.Buffer.TryGet(ref position, out var memory))
            {
                (await _destination.Output.WriteAsync(memory, CancellationToken.None).ConfigureAwait(false)).ThrowIfCut(_destination);
                Volatile.Write(ref _bytes, _bytes + memory.Length);
                consumed = position;
            }

            consumed = read.Buffer.End;
            Called = _source;
            return !read.IsCompleted;
        }
        finally
        {
            _source.Input.AdvanceTo(consumed);
        }
    }
}
