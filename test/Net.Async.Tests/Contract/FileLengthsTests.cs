using System.IO.Pipes;

namespace Net.Async.Tests.Contract;

/// <summary>Files whose length says nothing: /proc, /sys, devices and pipes.</summary>
public class FileLengthsTests : LeakCheck
{
    [LinuxFact]
    public async Task SendFileAsync_LengthSaysNothing_SendsWhatIsThere()
    {
        foreach (var transport in Transport.Names)
        {
            await using var pair = await Transport.Get(transport).ConnectPairAsync();
            foreach (var path in (string[])["/proc/self/limits", "/sys/class/net/lo/address", "/dev/null"])
            {
                var bytes = await BytesOfAsync(path);
                var reading = pair.Accepted.Input.ReadExactlyAsync(bytes.Length + 1);
                await pair.Client.SendFileAsync(path).Soon();
                await pair.Client.SendAsync("."u8.ToArray()).Soon();
                var received = await reading.Soon();
                Assert.Equal([.. bytes, (byte)'.'], received);
            }

            Assert.Null(pair.Client.CloseReason);
        }
    }

    [LinuxFact]
    public async Task SendFileAsync_LengthSaysNothing_OffsetAndCountAreKept()
    {
        foreach (var transport in Transport.Names)
        {
            await using var pair = await Transport.Get(transport).ConnectPairAsync();
            var bytes = await BytesOfAsync("/proc/self/limits");
            var reading = pair.Accepted.Input.ReadExactlyAsync(100 + bytes.Length - 7 + 1000);
            await pair.Client.SendFileAsync("/proc/self/limits", 5, 100).Soon();
            await pair.Client.SendFileAsync("/proc/self/limits", 7).Soon();
            await pair.Client.SendFileAsync("/dev/zero", 0, 1000).Soon();
            var received = await reading.Soon();
            Assert.Equal([.. bytes[5..105], .. bytes[7..], .. new byte[1000]], received);
            Assert.Equal("offset", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pair.Client.SendFileAsync("/proc/self/limits", 1_000_000))).ParamName);
            Assert.Equal("count", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pair.Client.SendFileAsync("/dev/null", 0, 1))).ParamName);
            Assert.Null(pair.Client.CloseReason);
        }
    }

    [LinuxFact]
    public async Task SendFileAsync_CountIsMoreThanALengthThatLies_IsAnErrorAndAnAbort()
    {
        foreach (var transport in Transport.Names)
        {
            foreach (var path in (string[])["/proc/self/limits", "/sys/class/net/lo/address"])
            {
                await using var pair = await Transport.Get(transport).ConnectPairAsync();
                await Assert.ThrowsAsync<EndOfStreamException>(() => pair.Client.SendFileAsync(path, 0, 4096).Soon());
                Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
            }
        }
    }

    [LinuxFact]
    public async Task SendFileAsync_APipe_IsSentToItsEnd()
    {
        foreach (var transport in Transport.Names)
        {
            await using var pair = await Transport.Get(transport).ConnectPairAsync();
            var bytes = Bytes.Random(300_000, 8);
            using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
            // A descriptor of its own: disposing the writing side closes the one of the pair.
            using var file = File.OpenHandle($"/proc/self/fd/{pipe.GetClientHandleAsString()}");
            pipe.DisposeLocalCopyOfClientHandle();
            Assert.Equal("offset", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pair.Client.SendFileAsync(file, 1))).ParamName);
            var sending = pair.Client.SendFileAsync(file);
            var reading = pair.Accepted.Input.ReadExactlyAsync(300_000);
            var writing = Task.Run(() =>
            {
                pipe.Write(bytes);
                pipe.Dispose();
            });
            await sending.Soon();
            Assert.Equal(bytes, await reading.Soon());
            await writing.Soon();
            Assert.Null(pair.Client.CloseReason);
        }
    }

    private static async Task<byte[]> BytesOfAsync(string path)
    {
        await using var file = File.OpenRead(path);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
