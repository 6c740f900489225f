using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Passes connections and listeners to another process, and takes them from it, over a Unix socket (SCM_RIGHTS). Linux, 64-bit.</summary>
/// <remarks>
/// Each message is a note of yours with a handle or without. Messages arrive whole and in order; any number of senders, and of receivers, may wait.
/// What was sent and is not taken by the other process is closed with the channel. It talks its own language: the other end is a channel, too.
/// </remarks>
public sealed partial class HandleChannel : IAsyncDisposable
{
    /// <summary>How many bytes a note has at most: 16 KiB.</summary>
    public const int MaxNoteLength = HandleFrame.MaxNoteLength;

    private readonly StreamConnection _connection;
    private readonly SafeSocketHandle _socket;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly SemaphoreSlim _receiving = new(1, 1);

    /// <summary>Makes a connection over a Unix socket a channel. The channel has it from here on: nobody else reads it, writes it or closes it.</summary>
    /// <param name="connection">From <see cref="Server"/> or a connect, unused so far.</param>
    /// <exception cref="ArgumentException">It is no connection over a Unix socket.</exception>
    /// <exception cref="InvalidOperationException">It has ended, or bytes of it were read or written.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not 64-bit Linux.</exception>
    public HandleChannel(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ThrowIfUnsupported();
        if (connection is not StreamConnection { Socket: { AddressFamily: AddressFamily.Unix } socket } stream)
            throw new ArgumentException($"{connection} is no connection over a Unix socket.", nameof(connection));
        if (stream.CloseReason is not null || stream.State != ConnectionState.Open || stream.BytesRead > 0 || stream.BytesWritten > 0 || stream.UnflushedBytes > 0)
            throw new InvalidOperationException($"{connection} was used, or has ended: a channel begins at the first byte.");
        _connection = stream;
        _socket = socket.SafeHandle;
    }

    /// <summary>Whether this system can pass handles: Linux, 64-bit.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && nint.Size == 8 && BitConverter.IsLittleEndian && RuntimeInformation.ProcessArchitecture != Architecture.Wasm;

    /// <summary>Cancelled when the other process has closed the channel, or has ended, and nothing that it sent before is waiting to be received; or when this end was disposed.</summary>
    public CancellationToken Closed => _connection.PeerClosed;

    /// <summary>Closes the channel, and every handle that arrived and was not taken. The other end sees the end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        // Whoever received has ended with the connection.
        await _receiving.WaitAsync().ConfigureAwait(false);
        DropArriving();
        _receiving.Release();
        await _before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static void ThrowIfUnsupported()
    {
        if (!IsSupported)
            throw new PlatformNotSupportedException("Passing handles to another process needs 64-bit Linux.");
    }

    private ConnectionException Gone(SocketException cause) =>
        new(cause.ToConnectionError(), cause.IsShortage()
            ? "Too many handles are on their way to other processes, or memory has run out: nothing was sent."
            : "The handle channel has ended: the other process closed it, or ended itself.", _connection.RemoteEndPoint, cause);
}
