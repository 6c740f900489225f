using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connection over an engine's stream: the two pipes, and the one place where its end is decided.</summary>
internal sealed partial class StreamConnection : Connection
{
    private readonly IoStream _stream;
    private readonly ConnectionOptions _options;
    private readonly InputPipe _input;
    private readonly OutputPipe _output;
    private readonly IConnectionOwner? _owner;

    public StreamConnection(IoStream stream, ConnectionOptions options, IConnectionOwner? owner = null, IReadOnlyList<ConnectAttempt>? attempts = null)
    {
        _stream = stream;
        _options = options;
        _owner = owner;
        Attempts = attempts ?? [];
        _input = new InputPipe(this, stream, options);
        _output = new OutputPipe(this, stream, options);
        stream.Scheduling = options.Scheduling;
        if (options.IdleTimeout is not null)
            IdleTimeout = options.IdleTimeout;
    }

    /// <summary>Starts what the options ask for while nobody reads. Called once, when the connection is registered with its owner.</summary>
    public void Start()
    {
        FollowLifetime();
        if (_options.ReadAhead)
            _input.StartAhead();
        else if (!_options.AllowHalfOpen)
            _input.Watch();
    }

    public override TimeSpan? ReadTimeout
    {
        get => _input.Timeout;
        set => _input.Timeout = ConnectionOptions.CheckTime(value, nameof(ReadTimeout));
    }

    protected override TimeProvider TimeProvider => _options.TimeProvider;

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override EndPoint? LocalEndPoint => _stream.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _stream.RemoteEndPoint;

    public override ConnectionCapabilities Capabilities => _stream.Capabilities;

    public override long BytesRead => _input.BytesReceived;

    public override long BytesWritten => _output.BytesSent;

    public override CancellationToken Stopping => _owner?.Stopping ?? CancellationToken.None;

    public override IReadOnlyList<ConnectAttempt> Attempts { get; }

    public override Socket? Socket => _stream.Socket;

    internal override void Run(IThreadPoolWorkItem work) => _stream.Run(work);

    public override ConnectionState State => CloseReason is not null ? ConnectionState.Closed
        : (_input.IsEnded || _input.IsCompleted, _output.IsFinished) switch
        {
            (false, false) => ConnectionState.Open,
            (false, true) => ConnectionState.ReadOnly,
            (true, false) => ConnectionState.WriteOnly,
            _ => ConnectionState.Closed,
        };

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _input.ReceiveAsync(buffer, cancellationToken);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (_output.UnflushedBytes > 0)
            throw new InvalidOperationException("The pipe holds unflushed bytes: flush Output first.");
        var write = _output.WriteAsync(bytes, keepsRest: false, cancellationToken);
        return write.IsCompletedSuccessfully ? Sent(write.Result) : SentAsync(write);
    }

    private async ValueTask SentAsync(ValueTask<FlushResult> write)
    {
        try
        {
            await Sent(await write.ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            AbortIfUnsent(exception);
            throw;
        }
    }

    private ValueTask Sent(FlushResult result)
    {
        if (result.IsCompleted)
            return ValueTask.FromException(ClosedHere());
        if (!result.IsCanceled)
            return default;
        var exception = new OperationCanceledException("The send was cancelled by CancelPendingFlush.");
        AbortIfUnsent(exception);
        return ValueTask.FromException(exception);
    }

    // Some of it is on its way: going on would show the peer half a message and then another.
    private void AbortIfUnsent(Exception reason)
    {
        if (_output.UnflushedBytes > 0)
            Abort(reason);
    }
}
