using System.Net.Security;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>TLS over any transport: close_notify is the end of a direction, and an end below without it is a failure.</summary>
/// <remarks>
/// The records are the base class library's (<see cref="SslStream"/>), which knows no readiness: see <see cref="TlsReceiver"/> and <see cref="TlsSender"/>.
/// </remarks>
internal sealed class TlsTransport : TransportDecorator
{
    private readonly CipherStream _cipher;
    private readonly TlsSession _session;
    private readonly TlsFailure _failure;
    private readonly TlsReceiver _receiver;
    private readonly TlsSender _sender;
    private TlsFeature? _feature;

    private TlsTransport(TransportStream inner, CipherStream cipher)
        : base(inner)
    {
        (_cipher, _session) = (cipher, new TlsSession(new SslStream(cipher, leaveInnerStreamOpen: true)));
        _failure = new TlsFailure(inner, cipher, _session);
        _receiver = new TlsReceiver(inner, cipher, _session, _failure);
        _sender = new TlsSender(inner, cipher, _session, _failure);
    }

    // A direction ends by close_notify, whatever is below.
    public override ConnectionCapabilities Capabilities => Inner.Capabilities | ConnectionCapabilities.HalfClose;

    // What is known of what the kernel has is what a wait has brought.
    public override bool CanPeek => false;

    public override bool IsAllAcknowledged => _cipher.Output.IsEmpty && Inner.IsAllAcknowledged;

    public override bool HasPeerEnded => _receiver.HasEnded || Inner.HasPeerEnded;

    public override Exception? Failure => _failure.First ?? Inner.Failure;

    /// <summary>What was agreed on in the handshake.</summary>
    public TlsFeature Feature => _feature!;

    internal override bool IsGuarded => true;

    internal override bool SendsAtOnce => true;

    internal override long? Acknowledged => Inner.Acknowledged;

    /// <summary>TLS over a transport, before the handshake.</summary>
    public static TlsTransport Over(TransportStream inner) => new(inner, new CipherStream(inner));

    /// <summary>Runs the handshake. The caller ends it by a reset of this stream.</summary>
    public async Task ShakeHandsAsync(Func<SslStream, Task> authenticate)
    {
        _session.Enter();
        try
        {
            await authenticate(_session.Stream).ConfigureAwait(false);
            _feature = TlsFeature.Of(_session.Stream);
            _cipher.Session = _session;
        }
        finally
        {
            _session.Leave();
        }
    }

    public override TransportResult TryReceive(Span<byte> buffer) => _receiver.TryReceive(buffer);

    public override TransportResult Peek() => _receiver.Peek();

    public override ValueTask<SocketError> WaitReadableAsync() => _receiver.WaitReadableAsync();

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) => _sender.TrySend(bytes);

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces) => _sender.TrySend(pieces);

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => _sender.SendAsync(bytes);

    public override ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _sender.SendFirstAsync(bytes, cancellationToken);

    public override ValueTask<SocketError> EndSendingAsync() => _sender.EndSendingAsync();

    public override SocketError PendingError() => _cipher.Output.Error is not SocketError.Success and var error ? error : Inner.PendingError();

    public override void Close()
    {
        _session.Close();
        Inner.Close();
    }

    public override void Reset()
    {
        _session.Close();
        Inner.Reset();
    }

    // The socket alone is of no use to others.
    internal override Socket? Detach() => null;
}
