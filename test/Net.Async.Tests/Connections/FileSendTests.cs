using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;

namespace Net.Async.Tests.Connections;

/// <summary>Files that the kernel sends by itself, and what is copied instead.</summary>
public sealed class FileSendTests : LeakCheck, IDisposable
{
    private const int Length = 5_000_003;

    private readonly string _path = Path.GetTempFileName();
    private readonly byte[] _bytes = Bytes.Random(Length);

    public FileSendTests() => File.WriteAllBytes(_path, _bytes);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task SendFileAsync_TransportTakesFiles_OnlyTheFirstPieceIsCopied()
    {
        await using var pair = await Transport.Get("memory").ConnectPairAsync();
        var stream = new FileTaker(pair.Client.DetachTransport().Stream);
        await using var client = Connection.FromTransport(stream);
        var reading = pair.Accepted.Input.ReadExactlyAsync(Length);

        await client.SendFileAsync(_path).Soon();

        Assert.Equal(_bytes, await reading.Soon());
        Assert.Equal(Length - (128 * 1024), stream.Taken);
        Assert.Equal(Length, client.BytesWritten);
    }

    [Fact]
    public async Task SendFileAsync_KernelRefusesTheFile_IsCopied()
    {
        await using var pair = await Transport.Get("memory").ConnectPairAsync();
        var stream = new FileTaker(pair.Client.DetachTransport().Stream) { Refuses = true };
        await using var client = Connection.FromTransport(stream);
        var reading = pair.Accepted.Input.ReadExactlyAsync(Length);

        await client.SendFileAsync(_path).Soon();

        Assert.Equal(_bytes, await reading.Soon());
        Assert.Equal(0, stream.Taken);
    }

    [Theory, Transports]
    public async Task SendFileAsync_SlowReaderAndOthersThatPost_TheFileIsOneWholeAndTheEndComesBehindIt(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new() { Buffers = { SendBufferSize = 16384, ReceiveBufferSize = 16384 } });
        var received = new MemoryStream();
        var reading = pair.Accepted.Input.CopyToAsync(received);
        var sending = pair.Client.SendFileAsync(_path);
        await Eventually.IsAsync(() => pair.Client.BytesWritten > 200_000, "the first piece has not gone");
        Assert.True(pair.Client.Outbox.TryPost("message"u8));
        var closing = pair.Client.CloseAsync();
        await sending.Soon();
        await reading.Soon();
        await closing.Soon();
        Assert.True(pair.Client.CloseReason!.IsClean);
        Assert.Equal([.. _bytes, .. "message"u8], received.ToArray());
    }

    [Theory, Transports]
    public async Task SendFileAsync_CancelPendingFlushBehindTheFirstPiece_Aborts(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new() { Buffers = { SendBufferSize = 16384, ReceiveBufferSize = 16384 } });
        await using (var large = new FileStream(_path, FileMode.Open))
            large.SetLength(30_000_000);
        var sending = pair.Client.SendFileAsync(_path);
        while (pair.Client.BytesWritten <= 200_000)
            pair.Accepted.Input.AdvanceTo((await pair.Accepted.Input.ReadAsync().Soon()).Buffer.End);
        pair.Client.Output.CancelPendingFlush();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Soon());
        Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
    }

    // A transport that takes files as a socket does, a part at a time.
    private sealed class FileTaker(TransportStream inner) : TransportDecorator(inner), IFileStream
    {
        internal override bool IsGuarded => true;

        public bool Refuses { get; init; }

        public long Taken { get; private set; }

        TransportResult IFileStream.TrySend(SafeFileHandle file, long position, int count)
        {
            if (Refuses)
                return TransportResult.Of(SocketError.OperationNotSupported);
            var bytes = new byte[Math.Min(count, 50_000)];
            var sent = TrySend(bytes.AsSpan(0, RandomAccess.Read(file, bytes, position)));
            Taken += sent.Count;
            return sent;
        }

        async ValueTask<SocketError> IFileStream.WaitWritableAsync()
        {
            // Perhaps too early: then the send would block again.
            await Task.Delay(1);
            return SocketError.Success;
        }
    }
}
