using System.Diagnostics;
using System.Globalization;

namespace Net.Async.Tests.Contract;

/// <summary>Options of a living connection, where the transport has them; one clear error where it has not.</summary>
public class LiveOptionsTests : LeakCheck
{
    [Theory, Transports(ConnectionCapabilities.Tcp)]
    public async Task TcpOptions_Set_AreRead(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        foreach (var connection in (Connection[])[pair.Client, pair.Accepted])
        {
            Assert.True(connection.Tcp!.NoDelay);
            connection.Tcp!.NoDelay = false;
            Assert.False(connection.Tcp!.NoDelay);
            connection.Tcp!.TypeOfService = 0x10;
            Assert.Equal(0x10, connection.Tcp!.TypeOfService);
            Assert.Null(connection.Tcp!.UserTimeout);
            connection.Tcp!.UserTimeout = TimeSpan.FromSeconds(90);
            Assert.Equal(TimeSpan.FromSeconds(90), connection.Tcp!.UserTimeout);
            connection.Tcp!.UserTimeout = null;
            Assert.Null(connection.Tcp!.UserTimeout);
        }
    }

    [Theory, Transports(ConnectionCapabilities.Tcp)]
    public async Task SetKeepAlive_Values_AreTheKernels(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.Tcp!.SetKeepAlive(TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(2), 4);
        Assert.Equal((1, 11, 2, 4), KeepAliveOf(pair.Client));
        pair.Client.Tcp!.SetKeepAlive(new KeepAlive { Count = 6 });
        Assert.Equal((1, 11, 2, 6), KeepAliveOf(pair.Client));
        pair.Client.Tcp!.SetKeepAlive(null);
        Assert.Equal((0, 11, 2, 6), KeepAliveOf(pair.Client));
    }

    [Theory, Transports(ConnectionCapabilities.Socket)]
    public async Task BufferSizes_Set_AreAtLeastThat(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Buffers = { ReceiveBufferSize = 20_000, SendBufferSize = 30_000 } });
        var (client, accepted) = (FeatureOf(pair.Client), FeatureOf(pair.Accepted));
        Assert.InRange(accepted.SendBufferSize, 30_000, 120_000);
        Assert.InRange(client.ReceiveBufferSize, 20_000, 80_000);
        client.SendBufferSize = 50_000;
        Assert.InRange(client.SendBufferSize, 50_000, 200_000);
        Assert.Throws<ArgumentOutOfRangeException>(() => client.SendBufferSize = 1023);
        Assert.Throws<ArgumentOutOfRangeException>(() => client.ReceiveBufferSize = -1);
    }

    [Theory, Transports(ConnectionCapabilities.PeerCredentials)]
    public async Task PeerCredentials_OfThisProcess_AreIts(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var expected = new UnixCredentials { ProcessId = Environment.ProcessId, UserId = IdOf("-u"), GroupId = IdOf("-g") };
        Assert.Equal(expected, pair.Accepted.Unix!.PeerCredentials);
        Assert.Equal(expected, pair.Client.Unix!.PeerCredentials);
        pair.Accepted.Abort();
        Assert.Equal(expected, pair.Accepted.Unix!.PeerCredentials);
    }

    [Theory, Transports]
    public async Task Features_OfAnotherTransport_AreNull_AndAbortAlwaysWorks(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var connection = pair.Client;
        Assert.Equal(connection.Capabilities.HasFlag(ConnectionCapabilities.Tcp), connection.Tcp is not null);
        Assert.Equal(connection.Capabilities.HasFlag(ConnectionCapabilities.PeerCredentials), connection.Unix is not null);
        Assert.Same(connection.Tcp, connection.Tcp);
        Assert.Same(connection.Unix, connection.Unix);
        Assert.Null(connection.CloseReason);
        connection.Abort();
        connection.Abort(new FormatException());
    }

    [Theory, Transports(ConnectionCapabilities.Tcp)]
    public async Task Options_AfterTheEnd_SayThatItHasEnded(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.Abort();
        Assert.Equal(ConnectionError.Aborted, Assert.Throws<ConnectionException>(() => pair.Client.Tcp!.NoDelay = true).Error);
        Assert.Equal(ConnectionError.Aborted, Assert.Throws<ConnectionException>(() => pair.Client.Tcp!.SetKeepAlive(new KeepAlive())).Error);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Tcp!.UserTimeout = TimeSpan.Zero);
    }

    private static SocketFeature FeatureOf(Connection connection) => connection.Tcp ?? (SocketFeature?)connection.Unix ?? throw new InvalidOperationException($"{connection} has no socket.");

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
