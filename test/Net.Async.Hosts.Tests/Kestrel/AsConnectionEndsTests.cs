using System.Buffers;
using System.Net.Sockets;

namespace Net.Async.Tests.Kestrel;

/// <summary>How connections over the pipes of a host end: from this side, from the peer's, in order and not.</summary>
public class AsConnectionEndsTests : LeakCheck
{
    public static TheoryData<string> Ways => [.. Meeting.Ways];

    /// <summary>Where the end of the output leaves the input open: Kestrel's own sockets close both.</summary>
    public static TheoryData<string> HalfClosing => [.. Meeting.Ways.Where(static way => way != "sockets")];

    [Theory, MemberData(nameof(Ways))]
    public async Task CompleteOutput_BehindBytes_ThePeerReadsBothAndTheEnd(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();

        connection.Output.Write("bye"u8);
        await connection.Output.CompleteAsync().Soon();

        Assert.Equal("bye", await meeting.ReadAsync(3));
        Assert.Equal(0, await meeting.Client.ReadAsync(new byte[1]).Soon());
    }

    [Theory, MemberData(nameof(HalfClosing))]
    public async Task CompleteOutput_ThePeerStillSends_IsRead(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();
        await connection.Output.CompleteAsync().Soon();
        Assert.Equal(0, await meeting.Client.ReadAsync(new byte[1]).Soon());

        await meeting.Client.WriteAsync("more\n"u8.ToArray()).Soon();
        Assert.Equal("more", await connection.ReadLineAsync().AsTask().Soon());
        await meeting.EndClientAsync();
        Assert.Null(await connection.ReadLineAsync().AsTask().Soon());
        await Eventually.FiresAsync("the connection is closed", connection.Closed);
        Assert.True(connection.CloseReason!.IsClean);
    }

    [Fact]
    public async Task CompleteOutput_OverKestrelsSockets_EndsTheInputWithAnErrorAndNotAsIfThePeerHadEnded()
    {
        await using var meeting = await Meeting.OpenAsync("sockets");
        await using var connection = meeting.Context.AsConnection();
        Assert.False(connection.Capabilities.HasFlag(ConnectionCapabilities.HalfClose));

        await connection.Output.CompleteAsync().Soon();

        Assert.Equal(ConnectionError.Aborted, (await Assert.ThrowsAsync<ConnectionException>(() => connection.Input.ReadAsync().Soon())).Error);
    }

    [Theory]
    [InlineData("ours/tls")]
    [InlineData("sockets/tls")]
    public async Task CompleteOutput_OverTls_IsCloseNotifyAndNoEndOfTcp(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();

        await connection.Output.CompleteAsync().Soon();

        Assert.Equal(0, await meeting.Client.ReadAsync(new byte[1]).Soon());
        Assert.False(meeting.Socket.Poll(0, SelectMode.SelectRead), "behind close_notify nothing has come, no FIN either");
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task PeerEnds_BehindBytes_CompletesInputAndLeavesOutput(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();

        await meeting.Client.WriteAsync("last\n"u8.ToArray()).Soon();
        await meeting.EndClientAsync();

        Assert.Equal("last", await connection.ReadLineAsync().AsTask().Soon());
        var end = await connection.Input.ReadAsync().Soon();
        Assert.True(end is { IsCompleted: true, Buffer.IsEmpty: true });
        connection.Input.AdvanceTo(end.Buffer.End);
        await connection.WriteLineAsync("answer").AsTask().Soon();
        Assert.Equal("answer\n", await meeting.ReadAsync(7));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task PeerResets_WhileARead_IsAReset(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();
        var reading = connection.Input.ReadAsync().AsTask();

        meeting.ResetClient();

        // Over our transport itself the exceptions are those that Kestrel's code knows.
        var exception = await Assert.ThrowsAnyAsync<IOException>(() => reading.Soon());
        Assert.Equal(ConnectionError.Reset, (exception as ConnectionException ?? exception.InnerException as ConnectionException)?.Error);
        Assert.Equal(ConnectionError.Reset, connection.CloseReason?.Error);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task CloseAsync_WithBytesWritten_SendsThemAndTheEndAndIsClean(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();
        connection.Output.Write("bye"u8);

        await connection.CloseAsync().Soon();

        Assert.True(connection.CloseReason!.IsClean, $"{connection.CloseReason}");
        Assert.Equal("bye", await meeting.ReadAsync(3));
        Assert.Equal(0, await meeting.Client.ReadAsync(new byte[1]).Soon());
        // The writer gives back the memory that it has not flushed.
        await connection.Output.CompleteAsync().Soon();
    }

    [Fact]
    public async Task CloseAsync_WhenKestrelsSocketsHaveEndedBothDirections_IsClean()
    {
        await using var meeting = await Meeting.OpenAsync("sockets");
        await using var connection = meeting.Context.AsConnection();
        await connection.Output.CompleteAsync().Soon();
        await Eventually.FiresAsync("Kestrel has closed the socket", meeting.Context.ConnectionClosed);

        await connection.CloseAsync().Soon();

        Assert.True(connection.CloseReason!.IsClean, $"{connection.CloseReason}");
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Abort_WhileTheClientReads_IsNoCleanEnd(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        await using var connection = meeting.Context.AsConnection();
        await connection.WriteLineAsync("half").AsTask().Soon();
        Assert.Equal("half\n", await meeting.ReadAsync(5));
        var reading = connection.Input.ReadAsync().AsTask();

        connection.Abort(new InvalidOperationException("enough"));

        await Assert.ThrowsAnyAsync<IOException>(() => meeting.Client.ReadAsync(new byte[1]).Soon());
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => reading.Soon());
        Assert.Equal(ConnectionError.Aborted, (thrown as ConnectionException ?? thrown.InnerException as ConnectionException)?.Error);
        Assert.Equal((ConnectionError.Aborted, "enough"), (connection.CloseReason!.Error, connection.CloseReason.Exception?.Message));
        await Eventually.FiresAsync("the host notices the abort", meeting.Context.ConnectionClosed);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task DisposeAsync_Twice_IsOnce(string way)
    {
        await using var meeting = await Meeting.OpenAsync(way);
        var connection = meeting.Context.AsConnection();

        await connection.DisposeAsync().Soon();
        await connection.DisposeAsync().Soon();

        Assert.Equal(ConnectionState.Closed, connection.State);
        Assert.True(connection.CloseReason!.IsClean, $"{connection.CloseReason}");
        Assert.Equal(0, await meeting.Client.ReadAsync(new byte[1]).Soon());
    }
}
