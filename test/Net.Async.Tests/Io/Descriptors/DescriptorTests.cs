using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async.Tests.Io.Descriptors;

public class DescriptorTests
{
    [LinuxFact]
    public void TryClose_NoOtherReference_TheCloserClosesTheNumber()
    {
        using var watched = new Watched();

        Assert.True(watched.Descriptor.TryClose());
        Assert.True(watched.IsOpen);
        watched.Descriptor.Release();

        Assert.False(watched.IsOpen);
    }

    [LinuxFact]
    public void TryClose_WhileHeld_TheLastHolderClosesTheNumber()
    {
        using var watched = new Watched();
        Assert.True(watched.Descriptor.TryAddRef());
        Assert.True(watched.Descriptor.TryAddRef());

        Assert.True(watched.Descriptor.TryClose());
        watched.Descriptor.Release();
        watched.Descriptor.Release();
        Assert.True(watched.IsOpen);
        watched.Descriptor.Release();

        Assert.False(watched.IsOpen);
    }

    [LinuxFact]
    public void TryAddRefAndTryClose_AfterTheClose_AreRefused()
    {
        using var watched = new Watched();
        Assert.True(watched.Descriptor.TryClose());

        Assert.True(watched.Descriptor.IsClosed);
        Assert.False(watched.Descriptor.TryAddRef());
        Assert.False(watched.Descriptor.TryClose());
        watched.Descriptor.Release();

        Assert.False(watched.Descriptor.TryAddRef());
    }

    [LinuxFact]
    public void Calls_AfterTheClose_SayAborted()
    {
        using var watched = new Watched();
        watched.Descriptor.TryClose();
        watched.Descriptor.Release();

        Assert.Equal(SocketError.OperationAborted, watched.Descriptor.Receive(new byte[1], 0).Error);
        Assert.Equal(SocketError.OperationAborted, watched.Descriptor.Send(new byte[1]).Error);
        Assert.Equal(SocketError.OperationAborted, watched.Descriptor.Send([new ArraySegment<byte>(new byte[1])]).Error);
        Assert.Equal(SocketError.OperationAborted, watched.Descriptor.ShutDownSending());
        Assert.False(watched.Descriptor.HasPeerEnded());
    }

    [LinuxFact]
    public void Calls_OfAConnectedPair_MoveBytesAndSeeTheEnd()
    {
        var (one, other) = Pair();
        var buffer = new byte[8];

        Assert.Equal(SocketError.WouldBlock, one.Receive(buffer, 0).Error);
        Assert.Equal(TransportResult.Of(5), other.Send([new ArraySegment<byte>([1, 2]), new ArraySegment<byte>([0, 3, 4, 5], 1, 3)]));
        Assert.Equal(SocketError.Success, other.ShutDownSending());
        Assert.True(one.HasPeerEnded());
        Assert.Equal(TransportResult.Of(5), one.Receive(buffer, 0));
        Assert.Equal([1, 2, 3, 4, 5], buffer[..5]);
        Assert.Equal(TransportResult.Of(0), one.Receive(buffer, 0));
        Assert.Equal(SocketError.Success, one.PendingError());

        Close(ref one);
        // No signal: the process is still here.
        Assert.Equal(SocketError.Shutdown, other.Send(new byte[1]).Error);
        Close(ref other);
    }

    [LinuxFact]
    public void GiveAway_ThenTheClose_LeavesTheNumberToTheSocket()
    {
        var (one, other) = Pair();
        Assert.True(one.TryAddRef());
        using var given = one.GiveAway();
        Assert.True(one.TryClose());
        one.Release();
        one.Release();

        given.Blocking = false;
        Assert.Equal(1, given.Send(new byte[1]));
        Close(ref other);
    }

    [LinuxFact]
    public async Task Anything_FromManyThreads_TheNumberIsOpenWhileHeldAndClosedOnce()
    {
        for (var round = 0; round < 200; round++)
        {
            using var watched = new Watched();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() => watched.Play(closes: number >= 2))));
            Assert.Equal(1, watched.Closers);
            Assert.False(watched.WasClosedWhileHeld);
            Assert.False(watched.IsOpen);
        }
    }

    private static void Close(ref Descriptor descriptor)
    {
        descriptor.TryClose();
        descriptor.Release();
    }

    private static unsafe (Descriptor One, Descriptor Other) Pair()
    {
        var ends = stackalloc int[2];
        Assert.Equal(0, LibC.SocketPair(LibC.UnixFamily, LibC.StreamType | LibC.NonBlocking | LibC.CloseOnExec, 0, ends));
        return (new(ends[0]), new(ends[1]));
    }

    /// <summary>A descriptor whose close shows at the other end: its number may be another's right after it.</summary>
    private sealed class Watched : IDisposable
    {
        private readonly SafeFileHandle _other;
        private int _closers;
        private volatile bool _wasClosedWhileHeld;

        public Watched()
        {
            var (one, other) = Pair();
            Descriptor = one;
            _other = new SafeFileHandle(other.Number, ownsHandle: true);
        }

        public Descriptor Descriptor;

        public int Closers => _closers;

        public bool WasClosedWhileHeld => _wasClosedWhileHeld;

        public bool IsOpen => !SocketCalls.HasPeerEnded((int)((SafeHandle)_other).DangerousGetHandle());

        public void Dispose() => _other.Dispose();

        public void Play(bool closes)
        {
            for (var i = 0; i < 20; i++)
            {
                if (closes && i == 10 && Descriptor.TryClose())
                {
                    Interlocked.Increment(ref _closers);
                    Hold();
                }

                if (Descriptor.TryAddRef())
                    Hold();
            }
        }

        private void Hold()
        {
            _wasClosedWhileHeld |= !IsOpen;
            Descriptor.Release();
        }
    }
}
