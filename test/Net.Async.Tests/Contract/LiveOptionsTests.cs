using System.Diagnostics;
using System.Globalization;

namespace Net.Async.Tests.Contract;

/// <summary>Options of a living connection, where the transport has them; one clear error where it has not.</summary>
public class LiveOptionsTests : LeakCheck
{
    [Theory, Transports(ConnectionCapabilities.TcpOptions)]
    public async Task TcpOptions_Set_AreRead(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        foreach (var connection in (Connection[])[pair.Client, pair.Accepted])
        {
            Assert.True(connection.NoDelay);
            connection.NoDelay = false;
            Assert.False(connection.NoDelay);
            connection.TypeOfService = 0x10;
            Assert.Equal(0x10, connection.TypeOfService);
            Assert.Null(connection.UserTimeout);
            connection.UserTimeout = TimeSpan.FromSeconds(90);
            Assert.Equal(TimeSpan.FromSeconds(90), connection.UserTimeout);
            connection.UserTimeout = null;
            Assert.Null(connection.UserTimeout);
        }
    }

    [Theory, Transports(ConnectionCapabilities.TcpOptions)]
    public async Task SetKeepAlive_Values_AreTheKernels(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.SetKeepAlive(TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(2), 4);
        Assert.Equal((1, 11, 2, 4), KeepAliveOf(pair.Client));
        pair.Client.SetKeepAlive(new KeepAlive { Count = 6 });
        Assert.Equal((1, 11, 2, 6), KeepAliveOf(pair.Client));
        pair.Client.SetKeepAlive(null);
        Assert.Equal((0, 11, 2, 6), KeepAliveOf(pair.Client));
    }

    [Theory, Transports(ConnectionCapabilities.Socket)]
    public async Task BufferSizes_Set_AreAtLeastThat(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(ConnectionOptions.Default with { ReceiveBufferSize = 20_000, SendBufferSize = 30_000 });
        Assert.InRange(pair.Accepted.SendBufferSize, 30_000, 120_000);
        Assert.InRange(pair.Client.ReceiveBufferSize, 20_000, 80_000);
        pair.Client.SendBufferSize = 50_000;
        Assert.InRange(pair.Client.SendBufferSize, 50_000, 200_000);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.SendBufferSize = 1023);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.ReceiveBufferSize = -1);
    }

    [Theory, Transports(ConnectionCapabilities.PeerCredentials)]
    public async Task PeerCredentials_OfThisProcess_AreIts(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var expected = new UnixCredentials(Environment.ProcessId, IdOf("-u"), IdOf("-g"));
        Assert.Equal(expected, pair.Accepted.PeerCredentials);
        Assert.Equal(expected, pair.Client.PeerCredentials);
        pair.Accepted.Abort();
        Assert.Equal(expected, pair.Accepted.PeerCredentials);
    }

    [Theory, Transports]
    public async Task Options_OfAnotherTransport_AreNotSupported_AndAbortAlwaysIs(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var connection = pair.Client;
        var capabilities = connection.Capabilities;
        if (!capabilities.HasFlag(ConnectionCapabilities.TcpOptions))
        {
            Unsupported(() => connection.NoDelay = true, nameof(Connection.NoDelay));
            Unsupported(() => _ = connection.NoDelay, nameof(Connection.NoDelay));
            Unsupported(() => connection.TypeOfService = 1, nameof(Connection.TypeOfService));
            Unsupported(() => connection.UserTimeout = TimeSpan.FromSeconds(1), nameof(Connection.UserTimeout));
            Unsupported(() => connection.SetKeepAlive(null), nameof(Connection.SetKeepAlive));
        }

        if (!capabilities.HasFlag(ConnectionCapabilities.Socket))
            Unsupported(() => connection.SendBufferSize = 10_000, nameof(Connection.SendBufferSize));
        if (!capabilities.HasFlag(ConnectionCapabilities.PeerCredentials))
            Unsupported(() => _ = connection.PeerCredentials, nameof(Connection.PeerCredentials));
        Assert.Null(connection.CloseReason);
        connection.Abort();
        connection.Abort(new FormatException());
    }

    [Theory, Transports(ConnectionCapabilities.TcpOptions)]
    public async Task Options_AfterTheEnd_SayThatItHasEnded(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.Abort();
        Assert.Equal(ConnectionError.Aborted, Assert.Throws<ConnectionException>(() => pair.Client.NoDelay = true).Error);
        Assert.Equal(ConnectionError.Aborted, Assert.Throws<ConnectionException>(() => pair.Client.SetKeepAlive(new KeepAlive())).Error);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.UserTimeout = TimeSpan.Zero);
    }

    private static void Unsupported(Action use, string member) =>
        Assert.StartsWith(member + " is not supported", Assert.Throws<NotSupportedException>(use).Message, StringComparison.Ordinal);

    private static (int On, int Delay, int Interval, int Count) KeepAliveOf(Connection connection) =>
        ((int)connection.Socket!.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Socket, System.Net.Sockets.SocketOptionName.KeepAlive)!,
            (int)connection.Socket.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Tcp, System.Net.Sockets.SocketOptionName.TcpKeepAliveTime)!,
            (int)connection.Socket.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Tcp, System.Net.Sockets.SocketOptionName.TcpKeepAliveInterval)!,
            (int)connection.Socket.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Tcp, System.Net.Sockets.SocketOptionName.TcpKeepAliveRetryCount)!);

    private static uint IdOf(string option)
    {
        using var id = Process.Start(new ProcessStartInfo("id", option) { RedirectStandardOutput = true })!;
        return uint.Parse(id.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }
}
