using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async.Load;

/// <summary>Client sockets as bare descriptors: a call here is one call to the kernel, so that the load is never what is measured.</summary>
/// <remarks>The descriptors block; the calls of the event loops say each time that they do not want to wait.</remarks>
internal static class RawSocket
{
    /// <summary>What <see cref="Send"/> and <see cref="Receive"/> return when the call would have to wait.</summary>
    public const int NotNow = -1;

    /// <summary>What they return when the connection has failed.</summary>
    public const int Failed = -2;

    private const int Stream = 1, CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const int DontWait = 0x40, NoSignal = 0x4000;
    private const int Interrupted = 4, WouldBlock = 11, InProgress = 115;
    private const int IPLevel = 0, SocketLevel = 1, TcpLevel = 6;
    private const int ReceiveBuffer = 8, Linger = 13, ReceiveTimeout = 20, SendTimeout = 21, NoDelay = 1, BindAddressNoPort = 24;

    private static readonly byte[] s_on = MemoryMarshal.AsBytes<int>([1]).ToArray();
    private static readonly byte[] s_resetOnClose = MemoryMarshal.AsBytes<int>([1, 0]).ToArray();

    // A server that hangs must end a blocking call, a connect too (there the kernel looks at the time limit for sending).
    private static readonly byte[] s_tenSeconds = MemoryMarshal.AsBytes<nint>([10, 0]).ToArray();

    /// <summary>Connects, waiting up to 10 s; <see cref="Failed"/> when no server answers.</summary>
    public static int Dial(SocketAddress address)
    {
        var descriptor = LoadException.ThrowIfNegative(Libc.Socket((int)address.Family, Stream | CloseOnExec, 0), "socket");
        SetOption(descriptor, SocketLevel, SendTimeout, s_tenSeconds);
        SetOption(descriptor, SocketLevel, ReceiveTimeout, s_tenSeconds);
        if (Libc.Connect(descriptor, in address.Buffer.Span[0], address.Size) < 0)
        {
            _ = Libc.Close(descriptor);
            return Failed;
        }

        if (address.Family == AddressFamily.InterNetwork)
            SetOption(descriptor, TcpLevel, NoDelay, s_on);
        return descriptor;
    }

    /// <summary>Begins to connect from this address, without a wait: writable is connected. <see cref="Failed"/> when the kernel refuses at once, as without a free port.</summary>
    /// <param name="receiveBuffer">Bytes that the kernel holds for a client that does not receive; 0 leaves it to the kernel.</param>
    public static int Begin(SocketAddress source, SocketAddress target, int receiveBuffer = 0)
    {
        var descriptor = LoadException.ThrowIfNegative(Libc.Socket((int)target.Family, Stream | CloseOnExec | NonBlocking, 0), "socket");
        // The port is chosen by the connect: a bind alone would keep it from every other connection of the address.
        SetOption(descriptor, IPLevel, BindAddressNoPort, s_on);
        SetOption(descriptor, TcpLevel, NoDelay, s_on);
        if (receiveBuffer > 0)
            SetOption(descriptor, SocketLevel, ReceiveBuffer, MemoryMarshal.AsBytes<int>([receiveBuffer]).ToArray());
        LoadException.ThrowIfNegative(Libc.Bind(descriptor, in source.Buffer.Span[0], source.Size), "bind");
        if (Libc.Connect(descriptor, in target.Buffer.Span[0], target.Size) >= 0 || Marshal.GetLastPInvokeError() is InProgress)
            return descriptor;
        Close(descriptor);
        return Failed;
    }

    public static int Send(int descriptor, ReadOnlySpan<byte> bytes, bool wait = false) =>
        Result(Libc.Send(descriptor, in MemoryMarshal.GetReference(bytes), bytes.Length, NoSignal | (wait ? 0 : DontWait)));

    /// <summary>Receives; 0 is the peer's end.</summary>
    public static int Receive(int descriptor, Span<byte> buffer, bool wait = false) =>
        Result(Libc.Receive(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length, wait ? 0 : DontWait));

    public static void Close(int descriptor) => _ = Libc.Close(descriptor);

    /// <summary>Closes with a reset, which leaves no port behind in TIME_WAIT: thousands of closes a second would use them up.</summary>
    public static void Reset(int descriptor)
    {
        SetOption(descriptor, SocketLevel, Linger, s_resetOnClose);
        Close(descriptor);
    }

    private static void SetOption(int descriptor, int level, int name, byte[] value) =>
        _ = Libc.SetOption(descriptor, level, name, in value[0], value.Length);

    private static int Result(nint count)
    {
        if (count >= 0)
            return (int)count;
        return Marshal.GetLastPInvokeError() is WouldBlock or Interrupted ? NotNow : Failed;
    }
}
