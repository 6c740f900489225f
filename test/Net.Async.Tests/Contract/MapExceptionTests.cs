namespace Net.Async.Tests.Contract;

/// <summary>Exceptions of a host's own, thrown by the pipes.</summary>
public class MapExceptionTests : LeakCheck
{
    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task ReadsAndFlushes_ThePeerResets_ThrowWhatTheHostExpects(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(Mapping(static failure => new HostException(failure)));
        var reading = pair.Client.Input.ReadAsync().AsTask();
        pair.Accepted.Abort();
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<HostException>(() => reading.Soon())).Failure.Error);
        await Assert.ThrowsAsync<HostException>(() => pair.Client.Input.ReadAsync().Soon());
        Assert.Throws<HostException>(() => pair.Client.Input.TryRead(out _));
        await Assert.ThrowsAsync<HostException>(() => pair.Client.Output.FlushAsync().Soon());
        await Assert.ThrowsAsync<HostException>(() => pair.Client.Output.WriteAsync(new byte[1]).Soon());
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task FlushAsync_WaitsWhileItIsAborted_ThrowsWhatTheHostExpects(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(Mapping(static failure => new HostException(failure)));
        var writing = pair.Client.Output.WriteAsync(new byte[16 * 1024 * 1024]).AsTask();
        pair.Client.Abort();
        Assert.Equal(ConnectionError.Aborted, (await Assert.ThrowsAsync<HostException>(() => writing.Soon())).Failure.Error);
        // A dispose throws nothing, whatever the host's exceptions are.
        await pair.Client.DisposeAsync().Soon();
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task ReadAsync_TheMappingThrowsOrReturnsNull_ThrowsTheFailureItself(string name)
    {
        foreach (var map in (Func<ConnectionException, Exception>[])[static _ => throw new HostException(null!), static _ => null!])
        {
            await using var pair = await Transport.Get(name).ConnectPairAsync(Mapping(map));
            pair.Client.Abort();
            Assert.Equal(ConnectionError.Aborted, (await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.Input.ReadAsync().Soon())).Error);
        }
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task Flushes_ThatTheHostWantsNoExceptionOf_SayItByTheirResult(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(new() { Close = { FailedFlushCompletes = true } });
        var writing = pair.Client.Output.WriteAsync(new byte[16 * 1024 * 1024]).AsTask();
        pair.Client.Abort();
        Assert.True((await writing.Soon()).IsCompleted);
        Assert.True((await pair.Client.Output.WriteAsync(new byte[1]).Soon()).IsCompleted);
        pair.Client.Output.GetMemory(10);
        pair.Client.Output.Advance(10);
        Assert.True((await pair.Client.Output.FlushAsync().Soon()).IsCompleted);
        // Whole messages have no result: they throw as ever.
        await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.SendAsync(new byte[1]).Soon());
    }

    private static ConnectionOptions Mapping(Func<ConnectionException, Exception> map) => new() { Close = { MapException = map } };

    private sealed class HostException(ConnectionException failure) : Exception("of the host", failure)
    {
        public ConnectionException Failure => failure;
    }
}
