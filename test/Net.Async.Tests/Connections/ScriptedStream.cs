using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Connections;

/// <summary>A stream whose kernel the test is: it takes bytes or makes the sender wait, and ends the wait when told to.</summary>
internal sealed class ScriptedStream : TransportStream
{
    private readonly List<byte> _wire = [];
    private ReadOnlyMemory<byte> _waiting;
    private TaskCompletionSource<SocketError>? _send;

    /// <summary>Makes sends wait.</summary>
    public bool IsFull { get; set; }

    public bool FinSent { get; private set; }

    /// <summary>What the peer would have received.</summary>
    public int Received => _wire.Count;

    public IReadOnlyList<byte> Wire => _wire;

    public override ConnectionCapabilities Capabilities => ConnectionCapabilities.HalfClose;

    public override EndPoint? LocalEndPoint => null;

    public override EndPoint? RemoteEndPoint => null;

    public override bool IsAllAcknowledged => true;

    /// <summary>How many calls sent something.</summary>
    public int Sends { get; private set; }

    /// <summary>Gets every call that sends something.</summary>
    public Action<int> OnSent { get; set; } = static _ => { };

    /// <summary>The kernel takes what waits. Continuations run here.</summary>
    public void TakeAll()
    {
        IsFull = false;
        _wire.AddRange(_waiting.Span);
        _send!.SetResult(SocketError.Success);
    }

    /// <summary>The kernel takes what waits, and is full again.</summary>
    public void TakeAndFill()
    {
        _wire.AddRange(_waiting.Span);
        _send!.SetResult(SocketError.Success);
    }

    public override TransportResult TryReceive(Span<byte> buffer) => TransportResult.WouldBlock;

    public override ValueTask<SocketError> WaitReadableAsync() => new(new TaskCompletionSource<SocketError>().Task);

    public override TransportResult Peek() => TransportResult.WouldBlock;

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        if (IsFull)
            return TransportResult.WouldBlock;
        _wire.AddRange(bytes);
        Sends++;
        OnSent(bytes.Length);
        return TransportResult.Of(bytes.Length);
    }

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces) => TrySend(pieces[0]);

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        (_waiting, _send) = (bytes, new TaskCompletionSource<SocketError>());
        return new(_send.Task);
    }

    public override ValueTask<SocketError> EndSendingAsync()
    {
        FinSent = true;
        return new(SocketError.Success);
    }

    public override SocketError PendingError() => SocketError.Success;

    public override void Close()
    {
    }

    public override void Reset()
    {
    }
}
