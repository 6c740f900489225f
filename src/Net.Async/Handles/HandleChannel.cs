using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Sends connections and listeners to another process, and receives them from it, over a Unix socket (SCM_RIGHTS). Linux, 64-bit.</summary>
/// <remarks>
/// Each message is a payload of bytes, with or without a handle. Messages arrive whole and in order; any number of senders, and of receivers, may wait.
/// A handle that was sent and not received by the other process is closed with the channel. The other end must be a <see cref="HandleChannel"/> too: the format of the messages is private.
/// </remarks>
public sealed partial class HandleChannel : IAsyncDisposable
{
    /// <summary>How many bytes a payload may have: 16 KiB.</summary>
    public const int MaxPayloadLength = HandleFrame.MaxPayloadLength;

    private readonly StreamConnection _connection;
    private readonly HandleSender _sender;
    private readonly HandleReceiver _receiver;

    /// <summary>Makes a channel of a connection over a Unix socket. The channel owns the connection now: no other code may read it, write it or close it.</summary>
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
        _sender = new HandleSender(stream, socket.SafeHandle);
        _receiver = new HandleReceiver(stream, socket.SafeHandle);
    }

    /// <summary>Whether this system can pass handles: Linux, 64-bit.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && nint.Size == 8 && BitConverter.IsLittleEndian && RuntimeInformation.ProcessArchitecture != Architecture.Wasm;

    /// <summary>Cancelled when the other process has closed the channel, or has ended, and nothing that it sent before is waiting to be received; or when this end was disposed.</summary>
    public CancellationToken Closed => _connection.PeerClosed;

    /// <summary>Starts a program with a channel to it. The program finds it with <see cref="FromParent"/>; when either process ends, the other sees the channel's end.</summary>
    /// <remarks>A program that other code starts at the very same moment may get the channel's end too, and keep it open.</remarks>
    /// <param name="startInfo">What to start, without a shell.</param>
    /// <param name="child">The process, yours to wait for and dispose.</param>
    /// <exception cref="ArgumentException"><see cref="ProcessStartInfo.UseShellExecute"/> is on.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    /// <exception cref="ConnectionException">Descriptors have run out.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not 64-bit Linux.</exception>
    public static HandleChannel StartChild(ProcessStartInfo startInfo, out Process child)
    {
        ArgumentNullException.ThrowIfNull(startInfo);
        ThrowIfUnsupported();
        if (startInfo.UseShellExecute)
            throw new ArgumentException("A program that the shell starts gets no handles: UseShellExecute must be false.", nameof(startInfo));
        var end = ChannelProcess.Start(startInfo, out child);
        try
        {
            return new HandleChannel(ConnectionAdoption.Make(new Socket(end), new ConnectionOptions()));
        }
        catch
        {
            end.Dispose();
            throw;
        }
    }

    /// <summary>The channel to the process that has started this one with <see cref="StartChild"/>; null when there is none. Can be called once.</summary>
    /// <exception cref="InvalidOperationException">The environment names a handle that is none, or that was closed or taken before.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not 64-bit Linux.</exception>
    public static HandleChannel? FromParent()
    {
        if (ChannelProcess.Given is not { } text)
            return null;
        ThrowIfUnsupported();
        try
        {
            return new HandleChannel(ChannelProcess.Take(text));
        }
        catch (Exception exception) when (exception is ArgumentException or ConnectionException)
        {
            throw ChannelProcess.NoChannel(text, exception);
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Ends the wait; a message that arrives for it goes to the next one.</param>
    /// <returns>The message, which is yours to take or dispose; null when the other process has closed the channel, or ended.</returns>
    /// <exception cref="ConnectionException">The other process broke off within a message or sent none of ours, descriptors have run out, or the channel was disposed. The channel has ended then, and what arrived with the message is closed.</exception>
    public ValueTask<ReceivedHandle?> ReceiveAsync(CancellationToken cancellationToken = default) => _receiver.ReceiveAsync(cancellationToken);

    /// <summary>All messages until the other process closes the channel, or ends.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="ConnectionException">As for one.</exception>
    public async IAsyncEnumerable<ReceivedHandle> ReceiveAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } received)
            yield return received;
    }

    /// <summary>Closes the channel, and every handle that arrived and was not taken. The other end sees the end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _receiver.DisposeAsync().ConfigureAwait(false);
        await _sender.DisposeAsync().ConfigureAwait(false);
    }

    private static void ThrowIfUnsupported()
    {
        if (!IsSupported)
            throw new PlatformNotSupportedException("Passing handles to another process needs 64-bit Linux.");
    }
}
