using System.IO.Pipelines;
using System.Net;
using Microsoft.Win32.SafeHandles;

namespace Net.Async.Testing;

/// <summary>One end of a connection in memory: two pipes of the base class library, with ends of life as a socket has them.</summary>
internal sealed partial class MemoryConnection : Connection
{
    private readonly MemoryEnd _end;
    private readonly MemoryReader _input;
    private readonly MemoryWriter _output;
    private MemoryConnection _peer = null!;
    private TimeSpan? _readTimeout;

    private MemoryConnection(MemoryEnd end, EndPoint remote, Pipe incoming, Pipe outgoing)
    {
        _end = end;
        RemoteEndPoint = remote;
        _input = new MemoryReader(this, incoming.Reader, end.Options.MaxUnconsumedBytes);
        _output = new MemoryWriter(this, outgoing.Writer, end.Options.MaxUnflushedBytes);
    }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override EndPoint? LocalEndPoint => _end.Address;

    public override EndPoint? RemoteEndPoint { get; }

    public override ConnectionCapabilities Capabilities =>
        ConnectionCapabilities.HalfClose | ConnectionCapabilities.Reset | ConnectionCapabilities.DetectsPeerClose;

    public override long BytesRead => _input.BytesRead;

    public override long BytesWritten => _output.BytesWritten;

    public override TimeSpan? ReadTimeout
    {
        get => _readTimeout;
        set => _readTimeout = new ConnectionOptions { ReadTimeout = value }.ReadTimeout;
    }

    protected override TimeProvider TimeProvider => _end.Options.TimeProvider;

    public override CancellationToken Stopping => _end.Stopping;

    public override ConnectionState State => CloseReason is not null ? ConnectionState.Closed
        : (_input.IsEnded || _input.IsCompleted, _output.IsFinished) switch
        {
            (false, false) => ConnectionState.Open,
            (false, true) => ConnectionState.ReadOnly,
            (true, false) => ConnectionState.WriteOnly,
            _ => ConnectionState.Closed,
        };

    public static (MemoryConnection Client, MemoryConnection Server) CreatePair(MemoryEnd client, MemoryEnd server)
    {
        var toServer = new Pipe(PipeOptionsOf(server));
        var toClient = new Pipe(PipeOptionsOf(client));
        var a = new MemoryConnection(client, server.Address, toClient, toServer);
        var b = new MemoryConnection(server, client.Address, toServer, toClient);
        (a._peer, b._peer) = (b, a);
        a.Start();
        b.Start();
        return (a, b);
    }

    /// <summary>Bytes have moved.</summary>
    public void OnBytes() => NoteActivity();

    /// <summary>Makes a source that fires when a read that begins now has waited too long; null without a limit.</summary>
    public CancellationTokenSource? LimitRead() => _readTimeout is { } limit ? new(limit, _end.Options.TimeProvider) : null;

    public ConnectionException ReadTimedOut() =>
        new(ConnectionError.TimedOut, $"No byte came from {NetEndPoint.Format(RemoteEndPoint!)} within {nameof(ReadTimeout)}, {_readTimeout}. The connection goes on.", RemoteEndPoint);

    private void Start()
    {
        (IdleTimeout, _readTimeout) = (_end.Options.IdleTimeout, _end.Options.ReadTimeout);
        _lifetime = _end.Options.Lifetime.UnsafeRegister(static (connection, token) => ((MemoryConnection)connection!).Abort(new OperationCanceledException(token)), this);
        if (CloseReason is not null)
            _lifetime.Unregister();
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _input.ThrowIfHolding();
        var result = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
        var count = (int)Math.Min(buffer.Length, result.Buffer.Length);
        var taken = result.Buffer.Slice(0, count);
        foreach (var piece in taken)
        {
            piece.CopyTo(buffer);
            buffer = buffer[piece.Length..];
        }

        // What did not fit counts as not yet received: the next read finds it again.
        _input.AdvanceTo(taken.End);
        return result.IsCanceled ? throw new OperationCanceledException("The receive was cancelled by CancelPendingRead.") : count;
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if ((await _output.SendAsync(bytes, cancellationToken).ConfigureAwait(false)).IsCompleted)
            throw Failed(CloseReason is null && !_output.IsEnding ? ConnectionError.Reset : ConnectionError.Closed, null);
    }

    public override async Task SendFileAsync(SafeFileHandle file, long offset = 0, long? count = null, CancellationToken cancellationToken = default)
    {
        var isHeld = _output.TryHold();
        try
        {
            await base.SendFileAsync(file, offset, count, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (isHeld)
                _output.LetGo();
        }
    }

    // One socket buffer's worth of room, as a kernel gives.
    private static PipeOptions PipeOptionsOf(MemoryEnd reader) =>
        new(reader.Options.MemoryPool, pauseWriterThreshold: 65536, resumeWriterThreshold: 32768, useSynchronizationContext: false);
}
