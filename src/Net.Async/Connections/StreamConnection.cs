using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>A connection over an engine's stream: the two pipes, and the one place where its end is decided.</summary>
internal sealed partial class StreamConnection : Connection
{
    private readonly TransportStream _stream;
    private readonly ConnectionOptions _options;
    private readonly InputPipe _input;
    private readonly OutputPipe _output;
    private readonly IConnectionOwner? _owner;

    public StreamConnection(TransportStream stream, ConnectionOptions options, IConnectionOwner? owner = null, IReadOnlyList<ConnectAttempt>? attempts = null)
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

    /// <summary>Makes and starts a connection that belongs to no server.</summary>
    public static StreamConnection Open(TransportStream stream, ConnectionOptions options, IReadOnlyList<ConnectAttempt>? attempts = null)
    {
        var connection = new StreamConnection(stream, options, attempts: attempts);
        connection.Start();
        return connection;
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

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : _output.SendAsync(bytes, cancellationToken);

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
}
