using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>A connection over a transport: two pipes, the lifetime below them, and the close above them.</summary>
internal sealed partial class StreamConnection : Connection, IConnectionEvents, IThreadPoolWorkItem
{
    private readonly ConnectionLifetime _lifetime;
    private readonly InputPipe _input;
    private readonly OutputPipe _output;
    private readonly IConnectionOwner? _owner;
    private CloseSequence? _close;
    private Outbox? _outbox;
    private SocketFeature? _socketFeature;
    private Succession? _succession; // not null: the transport is given to it, and the end is none for the owner

    public StreamConnection(TransportStream stream, ConnectionOptions options, IConnectionOwner? owner = null, IReadOnlyList<ConnectAttempt>? attempts = null)
    {
        stream = PacedTransport.Over(GuardedTransport.Over(options.Decorated(stream)), options);
        Attempts = attempts ?? [];
        _lifetime = new ConnectionLifetime(stream, options, this);
        _input = new InputPipe(_lifetime);
        _output = new OutputPipe(_lifetime);
        _owner = options.Limits.IsOff ? owner : new LimitWatch(this, new LimitEnd(this, _lifetime, _input, _output), owner);
        stream.Scheduling = options.Scheduling;
        if (options.IdlePeriod is not null)
            IdlePeriod = options.IdlePeriod;
    }

    /// <summary>Makes and starts a connection that belongs to no server.</summary>
    public static StreamConnection Open(TransportStream stream, ConnectionOptions options, IReadOnlyList<ConnectAttempt>? attempts = null)
    {
        var connection = new StreamConnection(stream, options, attempts: attempts);
        connection.Start();
        return connection;
    }

    /// <summary>Starts what the options ask for while no read is pending. Called once, when the connection is registered with its owner.</summary>
    public void Start()
    {
        _lifetime.Follow();
        (_owner as LimitWatch)?.Start();
        if (_lifetime.Options.Buffers.ReadAhead)
            _input.StartAhead();
        else if (!_lifetime.Options.Close.AllowHalfOpen)
            _input.Call.Watch();
    }

    public override TimeSpan? ReadTimeout
    {
        get => _input.Call.Timeout;
        set => _input.Call.Timeout = TimeBounds.Check(value, nameof(ReadTimeout));
    }

    private protected override TimeProvider TimeProvider => _lifetime.Options.TimeProvider;

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override Outbox Outbox => _outbox ?? Interlocked.CompareExchange(ref _outbox, new Outbox(_output.Call.Side), null) ?? _outbox;

    public override EndPoint? LocalEndPoint => _lifetime.Stream.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _lifetime.Stream.RemoteEndPoint;

    public override ConnectionCapabilities Capabilities => _lifetime.Stream.Capabilities;

    public override long BytesRead => _input.Call.Side.BytesReceived;

    public override long BytesWritten => _output.BytesSent;

    public override CancellationToken Stopping => _owner?.Stopping ?? CancellationToken.None;

    public override IReadOnlyList<ConnectAttempt> Attempts { get; }

    public override Socket? Socket => _lifetime.Stream.Socket;

    public override TcpFeature? Tcp => Capabilities.HasFlag(ConnectionCapabilities.Tcp) ? Feature(static lifetime => new TcpFeature(lifetime)) : null;

    public override UnixFeature? Unix => Capabilities.HasFlag(ConnectionCapabilities.PeerCredentials) ? Feature(static lifetime => new UnixFeature(lifetime)) : null;

    public override ConnectionState State => CloseReason is not null ? ConnectionState.Closed
        : (_input.HasEnded || _input.Call.IsCompleted, _output.IsFinished) switch
        {
            (false, false) => ConnectionState.Open,
            (false, true) => ConnectionState.ReadOnly,
            (true, false) => ConnectionState.WriteOnly,
            _ => ConnectionState.Closed,
        };

    internal override T? Layer<T>()
        where T : class => _lifetime.Stream.Layer<T>();

    internal override void Run(IThreadPoolWorkItem work) => _lifetime.Stream.Run(work);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _input.ReceiveAsync(buffer, cancellationToken);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : _output.SendAsync(bytes, cancellationToken);

    public override ValueTask SendAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken = default) =>
        bytes.IsSingleSegment ? SendAsync(bytes.First, cancellationToken) : SequenceSend.RunAsync(this, _output, bytes, cancellationToken);

    public override async Task SendFileAsync(SafeFileHandle file, long offset = 0, long? count = null, CancellationToken cancellationToken = default)
    {
        using var held = new OutputHold(_output);
        await base.SendFileAsync(file, offset, count, cancellationToken).ConfigureAwait(false);
    }

    private T Feature<T>(Func<ConnectionLifetime, T> create)
        where T : SocketFeature => (T)(_socketFeature ?? Interlocked.CompareExchange(ref _socketFeature, create(_lifetime), null) ?? _socketFeature);
}
