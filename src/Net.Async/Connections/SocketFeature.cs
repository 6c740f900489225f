using System.Net.Sockets;

namespace Net.Async;

/// <summary>What can be read and set on the socket of a connection while it is open.</summary>
public abstract class SocketFeature
{
    private readonly ConnectionLifetime _lifetime;

    private protected SocketFeature(ConnectionLifetime lifetime) => _lifetime = lifetime;

    /// <summary>The kernel's receive buffer in bytes (SO_RCVBUF). Setting it stops the kernel from growing the buffer; Linux doubles the value, and caps it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1024.</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public int ReceiveBufferSize
    {
        get => Use(nameof(ReceiveBufferSize), static socket => socket.ReceiveBufferSize);
        set
        {
            BufferOptions.CheckKernel(value, nameof(ReceiveBufferSize));
            Use(nameof(ReceiveBufferSize), socket => socket.ReceiveBufferSize = value);
        }
    }

    /// <summary>The kernel's send buffer in bytes (SO_SNDBUF). Setting it stops the kernel from growing the buffer; Linux doubles the value, and caps it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1024.</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public int SendBufferSize
    {
        get => Use(nameof(SendBufferSize), static socket => socket.SendBufferSize);
        set
        {
            BufferOptions.CheckKernel(value, nameof(SendBufferSize));
            Use(nameof(SendBufferSize), socket => socket.SendBufferSize = value);
        }
    }

    private protected void Use(string member, Action<Socket> use) => Use<bool>(member, socket =>
    {
        use(socket);
        return true;
    });

    private protected T Use<T>(string member, Func<Socket, T> use)
    {
        try
        {
            return use(_lifetime.Stream.Socket ?? throw Ended(member, null));
        }
        catch (ObjectDisposedException exception)
        {
            throw Ended(member, exception);
        }
        catch (SocketException exception)
        {
            throw new ConnectionException(exception.ToConnectionError(), $"The system refuses {member} on the connection to {_lifetime.Peer}: {exception.Message.TrimEnd('.')}.", _lifetime.RemoteEndPoint, exception);
        }
    }

    private ConnectionException Ended(string member, ObjectDisposedException? exception) => new(_lifetime.Reason?.Error ?? ConnectionError.Closed,
        $"{member} cannot be read or set any more: the connection to {_lifetime.Peer} has ended.", _lifetime.RemoteEndPoint, exception);
}
