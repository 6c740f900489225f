using System.Buffers.Binary;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>What arrives on a channel from a stranger: cut anywhere, merged, wrong, or with handles that were not announced.</summary>
public class HandleChannelFramesTests(ITestOutputHelper output) : LeakCheck
{
    [LinuxFact]
    public async Task ReceiveAsync_FramesCutAnywhere_ArriveWhole()
    {
        var random = Seed.Start(output);
        var (channel, raw) = ChannelPair.WithRaw();
        await using var end = channel;
        using var socket = AdoptionTests.Bound();
        var expected = Enumerable.Range(0, 200).Select(_ => (Handles: random.Next(0, 4), Payload: new byte[random.Next(0, 3000)])).ToList();
        var sending = Task.Run(() =>
        {
            foreach (var (handles, payload) in expected)
            {
                var frame = Frame(handles == 0 ? HandleKind.None : HandleKind.Listener, handles, payload);
                for (var filler = random.Next(0, 3); filler > 0; filler--)
                    raw.Send([0]);
                // The handles come with the first byte; the rest in pieces of any length.
                var first = random.Next(1, frame.Length + 1);
                RawRights.Send(raw, frame.AsSpan(0, first), (int)socket.Handle, handles);
                for (var at = first; at < frame.Length;)
                {
                    var next = Math.Min(frame.Length - at, random.Next(1, 700));
                    raw.Send(frame.AsSpan(at, next));
                    at += next;
                }
            }

            raw.Shutdown(SocketShutdown.Both);
        });

        foreach (var (handles, payload) in expected)
        {
            using var received = await channel.ReceiveAsync().Soon();
            Assert.Equal(handles == 0 ? HandleKind.None : HandleKind.Listener, received!.Kind);
            Assert.Equal(payload, received.Payload.ToArray());
        }

        Assert.Null(await channel.ReceiveAsync().Soon());
        await sending.Soon();
        raw.Dispose();
    }

    [LinuxFact]
    public async Task ReceiveAsync_RandomBytesAndHandles_EndsInAnErrorOrTheEndAndLeavesNothing()
    {
        var random = Seed.Start(output);
        using var socket = AdoptionTests.Bound();
        for (var round = 0; round < 300; round++)
        {
            var (channel, raw) = ChannelPair.WithRaw();
            await using var end = channel;
            var bytes = new byte[random.Next(1, 60)];
            random.NextBytes(bytes);
            // Nearly right is more often wrong in a new way than not right at all.
            if (random.Next(3) > 0)
                Frame((HandleKind)random.Next(4), random.Next(20), new byte[random.Next(40)]).AsSpan(0, Math.Min(8, bytes.Length)).CopyTo(bytes);
            RawRights.Send(raw, bytes, (int)socket.Handle, random.Next(0, 20));
            raw.Shutdown(SocketShutdown.Send);

            var exception = await Record.ExceptionAsync(async () =>
            {
                await foreach (var received in channel.ReceiveAllAsync())
                    received.Dispose();
            }).Soon();

            Assert.True(exception is null or ConnectionException, exception?.ToString());
            raw.Dispose();
        }
    }

    [Theory]
    [InlineData("no frame", "X\u0001\u0000\u0000", 0)]
    [InlineData("another version", "N\u0002\u0000\u0000", 0)]
    [InlineData("unknown kind", "N\u0001\u0003\u0001", 1)]
    [InlineData("payload too long", "N\u0001\u0000\u0000\u0001\u0040\u0000\u0000", 0)]
    [InlineData("negative length", "N\u0001\u0000\u0000\u0000\u0000\u0000\u0080", 0)]
    [InlineData("handle not announced", "N\u0001\u0000\u0000", 1)]
    [InlineData("handle missing", "N\u0001\u0001\u0001", 0)]
    [InlineData("one too many", "N\u0001\u0001\u0001", 2)]
    [InlineData("two for a connection", "N\u0001\u0001\u0002", 2)]
    [InlineData("more than fit", "N\u0001\u0002\u0010", 17)]
    public async Task ReceiveAsync_WrongFrame_ThrowsAndClosesWhatCame(string what, string start, int handles)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var (channel, raw) = ChannelPair.WithRaw();
        await using var end = channel;
        using var socket = AdoptionTests.Bound();
        var frame = new byte[8];
        for (var i = 0; i < start.Length; i++)
            frame[i] = (byte)start[i];
        var before = Descriptors();

        RawRights.Send(raw, frame, (int)socket.Handle, handles);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => channel.ReceiveAsync().Soon());
        output.WriteLine($"{what}: {exception.Message}");
        Assert.Equal(ConnectionError.Aborted, exception.Error);
        await Assert.ThrowsAsync<ConnectionException>(() => channel.ReceiveAsync().Soon());
        await Assert.ThrowsAsync<ConnectionException>(() => channel.SendAsync("x"u8.ToArray()).Soon());
        await Eventually.IsAsync(() => Descriptors() <= before, "a handle that came is still open");
        raw.Dispose();
    }

    [LinuxFact]
    public async Task ReceiveAsync_CutOff_ThrowsAndClosesWhatCame()
    {
        var (channel, raw) = ChannelPair.WithRaw();
        await using var end = channel;
        using var socket = AdoptionTests.Bound();
        RawRights.Send(raw, Frame(HandleKind.Listener, 1, new byte[100]).AsSpan(0, 50), (int)socket.Handle, 1);
        raw.Dispose();

        Assert.Contains("within a message", (await Assert.ThrowsAsync<ConnectionException>(() => channel.ReceiveAsync().Soon())).Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task DisposeAsync_HandlesThatCameAndWereNotTaken_AreClosed()
    {
        var (channel, raw) = ChannelPair.WithRaw();
        using var socket = AdoptionTests.Bound();
        for (var i = 0; i < 5; i++)
            RawRights.Send(raw, Frame(HandleKind.Listener, 3, []), (int)socket.Handle, 3);
        // The last one is half there, and was begun to be received.
        RawRights.Send(raw, Frame(HandleKind.Listener, 1, new byte[9]).AsSpan(0, 12), (int)socket.Handle, 1);
        for (var i = 0; i < 5; i++)
            (await channel.ReceiveAsync().Soon())!.Dispose();
        using var cancel = new CancellationTokenSource();
        var receiving = channel.ReceiveAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        await channel.DisposeAsync();
        raw.Dispose();
    }

    [LinuxFact]
    public async Task ToConnection_WhatWasAnnouncedWrongly_ThrowsAndCloses()
    {
        var (channel, raw) = ChannelPair.WithRaw();
        await using var end = channel;
        using var listener = AdoptionTests.Bound();
        listener.Listen();
        using var file = File.OpenHandle("/dev/null");
        RawRights.Send(raw, Frame(HandleKind.Connection, 1, []), (int)listener.Handle, 1);
        RawRights.Send(raw, Frame(HandleKind.Listener, 1, []), (int)file.DangerousGetHandle(), 1);
        using var first = await channel.ReceiveAsync().Soon();
        using var second = await channel.ReceiveAsync().Soon();

        Assert.Throws<InvalidOperationException>(() => first!.ToServer());
        Assert.Equal(ConnectionError.NotSupported, Assert.Throws<ConnectionException>(() => first!.ToConnection()).Error);
        Assert.Equal(ConnectionError.NotSupported, Assert.Throws<ConnectionException>(() => second!.ToServer()).Error);
        Assert.Throws<InvalidOperationException>(() => first!.ToConnection());
        raw.Dispose();
    }

    private static byte[] Frame(HandleKind kind, int handles, byte[] payload)
    {
        var frame = new byte[8 + payload.Length];
        (frame[0], frame[1], frame[2], frame[3]) = ((byte)'N', 1, (byte)kind, (byte)handles);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), payload.Length);
        payload.CopyTo(frame, 8);
        return frame;
    }
}
