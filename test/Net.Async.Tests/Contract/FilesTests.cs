using System.Buffers;

namespace Net.Async.Tests.Contract;

/// <summary>Files over a connection.</summary>
public class FilesTests : LeakCheck
{
    private readonly string _path = Path.GetTempFileName();
    private readonly byte[] _bytes = Bytes.Random(1_000_003);

    public override async Task InitializeAsync()
    {
        await File.WriteAllBytesAsync(_path, _bytes);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(_path);
    }

    [Theory, Transports]
    public async Task SendFileAsync_AllOrAPart_ArrivesAfterWhatWasWritten(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var reading = pair.Accepted.Input.ReadExactlyAsync(2 + _bytes.Length + 700_000);
        pair.Client.Output.Write((ReadOnlySpan<byte>)[1, 2]);
        await pair.Client.SendFileAsync(_path).Soon();
        await pair.Client.SendFileAsync(_path, 300_000, 700_000).Soon();
        Assert.Equal([1, 2, .. _bytes, .. _bytes[300_000..1_000_000]], await reading);
    }

    [Fact]
    public async Task SendFileAsync_NothingToSend_SendsNothing()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        await pair.Client.SendFileAsync(_path, _bytes.Length).Soon();
        await pair.Client.SendFileAsync(_path, 5, 0).Soon();
        Assert.Equal(0, pair.Client.BytesWritten);
    }

    // A handler that swallows what it is told must not turn a part of the file into a whole one.
    [Theory, Transports]
    public async Task SendFileAsync_FileBecomesShorter_SaysHowMuchIsMissingAndAborts(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await using (var large = new FileStream(_path, FileMode.Open))
            large.SetLength(30_000_000);
        // The peer reads only later: less than the file fits into both kernels.
        var sending = pair.Client.SendFileAsync(_path);
        await Eventually.IsAsync(() => pair.Client.BytesWritten > 0, "nothing was sent");
        await File.WriteAllBytesAsync(_path, _bytes[..1000]);
        var reading = pair.Accepted.Input.CopyToAsync(Stream.Null);
        Assert.Contains("bytes before what was to be sent", (await Assert.ThrowsAsync<EndOfStreamException>(() => sending.Soon())).Message, StringComparison.Ordinal);
        Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
        Assert.IsType<EndOfStreamException>(pair.Client.CloseReason.Exception);
        await pair.Client.DisposeAsync().Soon();
        if (pair.Client.Capabilities.HasFlag(ConnectionCapabilities.Reset))
            await reading.ThrowsAsync(ConnectionError.Reset);
        else
            await reading.Soon();
        Assert.True(pair.Accepted.BytesRead < 30_000_000);
    }

    [Theory, Transports]
    public async Task SendFileAsync_CancelledHalfWay_Aborts(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await using (var large = new FileStream(_path, FileMode.Open))
            large.SetLength(30_000_000);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Client.SendFileAsync(_path, cancellationToken: cancel.Token).Soon());
        pair.Client.Output.CancelPendingFlush();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Client.SendFileAsync(_path).Soon());
        Assert.Null(pair.Client.CloseReason);
        using var later = new CancellationTokenSource();
        var sending = pair.Client.SendFileAsync(_path, cancellationToken: later.Token);
        await Eventually.IsAsync(() => pair.Client.BytesWritten > 0, "nothing was sent");
        await later.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Soon());
        Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
    }

    [Fact]
    public async Task SendFileAsync_PeerResets_IsAReset()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        await using var endless = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite);
        endless.SetLength(200_000_000);
        var sending = pair.Client.SendFileAsync(endless.SafeFileHandle);
        await Eventually.IsAsync(() => pair.Client.BytesWritten > 0, "nothing was sent");
        pair.Accepted.Abort();
        await sending.ThrowsAsync(ConnectionError.Reset);
    }

    [Fact]
    public async Task SendFileAsync_Mistakes_NameParameterAndValueAndSendNothing()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var client = pair.Client;
        Assert.Equal("offset", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SendFileAsync(_path, -1))).ParamName);
        Assert.Equal("offset", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SendFileAsync(_path, 1_000_004))).ParamName);
        Assert.Equal("count", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SendFileAsync(_path, 4, 1_000_000))).ParamName);
        Assert.Equal("count", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SendFileAsync(_path, 0, -1))).ParamName);
        Assert.Equal("path", (await Assert.ThrowsAsync<ArgumentException>(() => client.SendFileAsync(""))).ParamName);
        Assert.Equal("file", (await Assert.ThrowsAsync<ArgumentNullException>(() => client.SendFileAsync((Microsoft.Win32.SafeHandles.SafeFileHandle)null!))).ParamName);
        Assert.Equal("count", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SendFileAsync(_path + ".none", 0, -1))).ParamName);
        await Assert.ThrowsAsync<FileNotFoundException>(() => client.SendFileAsync(_path + ".none"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => client.SendFileAsync(Path.GetTempPath()));
        using var writeOnly = File.OpenHandle(_path, access: FileAccess.Write);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => client.SendFileAsync(writeOnly));
        using var closed = File.OpenHandle(_path);
        closed.Dispose();
        Assert.Equal("file", (await Assert.ThrowsAsync<ArgumentException>(() => client.SendFileAsync(closed))).ParamName);
        Assert.Equal(0, client.BytesWritten);
    }
}
