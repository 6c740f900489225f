using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Io.Reactor;

namespace Net.Async.Tests.Io;

/// <summary>What an idle connection holds below the pipes: figures that may shrink, and grow only with a reason.</summary>
public class StreamMemoryTests : LeakCheck
{
    // 16 of the reactor's are the notice of a hang-up, which a host needs while nothing reads.
    private const long MostOfReactor = 216, MostOfManaged = 80;

    [ReactorFact]
    public void WaitReadableAsync_OfAnAcceptedStream_HoldsNoMoreThanKnown()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        // The first one makes what all share.
        Held(listener);

        Assert.InRange(Held(listener), 1, MostOfReactor);
    }

    [Fact]
    public void New_ManagedStream_HoldsNoMoreThanKnown()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var first = new SocketStream(socket, null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var second = new SocketStream(socket, null);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, MostOfManaged);
        Assert.Same(first.Socket, second.Socket);
    }

    private static long Held(Socket listener)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using var accepted = listener.Accept();
        accepted.Blocking = false;
        var loop = ReactorLoops.LeastLoaded();
        var name = client.LocalEndPoint!.Serialize();
        var local = listener.LocalEndPoint;
        var descriptor = DescriptorSocket.DetachDescriptor(accepted);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var stream = new ReactorStream(loop, descriptor, isTcp: true, local, name.Buffer.Span[..name.Size]);
        var received = stream.TryReceive(stackalloc byte[1]);
        var wait = stream.WaitReadableAsync();
        var held = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(received.IsWouldBlock);
        Assert.False(wait.IsCompleted);
        stream.Close();
        return held;
    }
}
