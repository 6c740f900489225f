using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The number of a socket of our own, and who uses it: its last user closes it after the close, so that no call ever meets the number's next owner.</summary>
/// <remarks>
/// Part of its owner, never copied. Every call takes a reference and says <see cref="SocketError.OperationAborted"/> when it is closed. The state is one word:
/// bit 0 says "closed", bit 1 "the number is another's", the rest counts references. None is added after the close, and so the count comes to zero once.
/// </remarks>
internal struct Descriptor(int number)
{
    private const int Closed = 1, GivenAway = 2, One = 4;

    private int _state;

    /// <summary>The number. It stays this socket's only while a reference is held.</summary>
    public readonly int Number { get; } = number;

    public readonly bool IsClosed => (Volatile.Read(in _state) & Closed) != 0;

    /// <summary>Takes a reference; false when it is closed.</summary>
    public bool TryAddRef() => TryChange(One);

    /// <summary>Gives a reference back. The last one after the close closes the number.</summary>
    public void Release()
    {
        if (Interlocked.Add(ref _state, -One) == Closed)
            _ = LibC.Close(Number);
    }

    /// <summary>Refuses references from here on.</summary>
    /// <returns>True for one caller, who then holds a reference of its own, and releases it; false when it was closed before.</returns>
    public bool TryClose() => TryChange(Closed + One);

    /// <summary>Makes the number an object's, which closes it. Only while a reference is held and no other call is under way.</summary>
    public Socket GiveAway()
    {
        var socket = DescriptorSocket.FromDescriptor(Number);
        Interlocked.Or(ref _state, GivenAway);
        return socket;
    }

    public TransportResult Receive(Span<byte> buffer, int flags)
    {
        if (!TryAddRef())
            return TransportResult.Of(SocketError.OperationAborted);
        var result = SocketCalls.Receive(Number, buffer, flags);
        Release();
        return result;
    }

    public TransportResult Send(ReadOnlySpan<byte> bytes)
    {
        if (!TryAddRef())
            return TransportResult.Of(SocketError.OperationAborted);
        var result = SocketCalls.Send(Number, bytes);
        Release();
        return result;
    }

    public TransportResult Send(IList<ArraySegment<byte>> pieces)
    {
        if (!TryAddRef())
            return TransportResult.Of(SocketError.OperationAborted);
        var result = SocketCalls.Send(Number, pieces);
        Release();
        return result;
    }

    /// <summary>Receives into a pipe of the kernel's.</summary>
    public TransportResult Fill(KernelPipe pipe)
    {
        if (!TryAddRef())
            return TransportResult.Of(SocketError.OperationAborted);
        var result = pipe.Fill(Number);
        Release();
        return result;
    }

    /// <summary>Sends what is in a pipe of the kernel's.</summary>
    public TransportResult Drain(KernelPipe pipe)
    {
        if (!TryAddRef())
            return TransportResult.Of(SocketError.OperationAborted);
        var result = pipe.Drain(Number);
        Release();
        return result;
    }

    /// <summary>Sends bytes that the kernel reads from a file.</summary>
    public TransportResult SendFile(SafeFileHandle file, long position, int count)
    {
        if (!TryAddRef())
            return TransportResult.Of(SocketError.OperationAborted);
        try
        {
            return SocketCalls.SendFile(Number, file, position, count);
        }
        finally
        {
            Release();
        }
    }

    public SocketError ShutDownSending() => Ask(SocketCalls.ShutDownSending, SocketError.OperationAborted);

    public SocketError PendingError() => Ask(SocketCalls.PendingError, SocketError.OperationAborted);

    public SocketError ResetAtClose() => Ask(SocketCalls.ResetAtClose, SocketError.OperationAborted);

    public bool HasPeerEnded() => Ask(SocketCalls.HasPeerEnded, false);

    /// <summary>Makes a call under a reference.</summary>
    /// <param name="call">Gets the number.</param>
    /// <param name="whenClosed">The answer when it is closed.</param>
    public T Ask<T>(Func<int, T> call, T whenClosed)
    {
        if (!TryAddRef())
            return whenClosed;
        try
        {
            return call(Number);
        }
        finally
        {
            Release();
        }
    }

    private bool TryChange(int added)
    {
        var state = Volatile.Read(ref _state);
        while ((state & Closed) == 0)
        {
            var found = Interlocked.CompareExchange(ref _state, state + added, state);
            if (found == state)
                return true;
            state = found;
        }

        return false;
    }
}
