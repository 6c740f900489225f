using System.Security.Cryptography;

namespace Net.Async.Tests.Kestrel;

/// <summary>Connections of ASP.NET Core as connections of Net.Async: over our transport, over Kestrel's own, and over what a middleware has made of either.</summary>
public class AsConnectionTests : LeakCheck
{
    public static TheoryData<string> Ways => [.. Meeting.Ways];

    [Fact]
    public async Task AsConnection_OverOurTransport_IsTheConnectionItself()
    {
        await using var meeting = await Meeting.OpenAsync("ours");

        var connection = meeting.Context.AsConnection();

        Assert.Same(meeting.Context.Transport, connection);
        Assert.Same(connection, meeting.Context.AsConnection());
    }

    [Theory]
    [InlineData("ours/tls")]
    [InlineData("ours/replaced")]
    [InlineData("sockets")]
    public async Task AsConnection_OverOtherPipes_HasTheAddressesOfTheContext(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);

        await using var connection = meeting.Context.AsConnection();

        Assert.NotSame(meeting.Context.Transport, connection);
        Assert.Equal(meeting.Socket.LocalEndPoint, connection.RemoteEndPoint);
        Assert.Equal(meeting.Socket.RemoteEndPoint, connection.LocalEndPoint);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Bytes_BothWays_Arrive(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();

        for (var round = 0; round < 3; round++)
        {
            await meeting.Client.WriteAsync("question\n"u8.ToArray()).Soon();
            Assert.Equal("question", await connection.ReadLineAsync().AsTask().Soon());
            await connection.WriteLineAsync("answer").AsTask().Soon();
            Assert.Equal("answer\n", await meeting.ReadAsync(7));
        }

        await connection.SendAsync("direct"u8.ToArray()).Soon();
        Assert.Equal("direct", await meeting.ReadAsync(6));
        await meeting.Client.WriteAsync("back"u8.ToArray()).Soon();
        Assert.Equal(4, await connection.ReceiveAsync(new byte[64]).Soon());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Read_Cancelled_LosesNoByte(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();
        using var cancel = new CancellationTokenSource();
        var reading = connection.Input.ReadAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon());

        await meeting.Client.WriteAsync("still there\n"u8.ToArray()).Soon();

        Assert.Equal("still there", await connection.ReadLineAsync().AsTask().Soon());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Write_ToAClientThatReadsNothing_WaitsAndLosesNoByte(string way)
    {
        const int Size = 48 << 20;
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (; written < Size; written += 1 << 16)
                await connection.Output.WriteAsync(bytes.AsMemory(written, 1 << 16));
            await connection.Output.CompleteAsync();
        });

        // It stops before the end: what the kernels hold is less.
        for (var before = -1; before != written; await Task.Delay(50))
            before = Volatile.Read(ref written);
        Assert.False(writing.IsCompleted);

        Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(meeting.Client).AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
        await writing.Soon();
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Read_OfWhatAClientSendsInBulk_IsWhole(string way)
    {
        const int Size = 8 << 20;
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();
        var bytes = RandomNumberGenerator.GetBytes(Size);

        var sending = Task.Run(async () =>
        {
            await meeting.Client.WriteAsync(bytes);
            await meeting.EndClientAsync();
        });

        Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(connection.Input.AsStream(leaveOpen: true)).AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
        await sending.Soon();
    }

    [Fact]
    public void AsConnection_OfNull_IsAnArgumentError() => Assert.Equal("context", Assert.Throws<ArgumentNullException>(static () => ConnectionContextExtensions.AsConnection(null!)).ParamName);
}
