using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Connections;

/// <summary>A stream whose calls do what the test says. By default nothing comes, and everything is taken.</summary>
internal sealed class HookedStream : TransportStream
{
    public delegate TransportResult Receive(Span<byte> buffer);

    public Receive OnReceive { get; set; } = static _ => TransportResult.WouldBlock;

    public Func<ValueTask<SocketError>> OnWait { get; set; } = static () => new(new TaskCompletionSource<SocketError>().Task);

    public Func<byte[], TransportResult> OnSend { get; set; } = static bytes => TransportResult.Of(bytes.Length);

    public Func<EndPoint?> OnAskRemote { get; set; } = static () => null;

    public Func<TransportResult> OnSendFirst { get; set; } = static () => TransportResult.Of(1);

    public Action OnClose { get; set; } = static () => { };

    /// <summary>What a reset does; null for what a close does.</summary>
    public Action? OnReset { get; set; }

    public override EndPoint? RemoteEndPoint => OnAskRemote();

    public override TransportResult TryReceive(Span<byte> buffer) => OnReceive(buffer);

    public override ValueTask<SocketError> WaitReadableAsync() => OnWait();

    public override TransportResult Peek() => TransportResult.WouldBlock;

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) => OnSend(bytes.ToArray());

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => new(new TaskCompletionSource<SocketError>().Task);

    public override ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => new(OnSendFirst());

    public override ValueTask<SocketError> EndSendingAsync() => new(SocketError.Success);

    public override void Close() => OnClose();

    public override void Reset() => (OnReset ?? OnClose)();
}
