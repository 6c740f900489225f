using System.Text;

namespace Net.Async.Tests.Contract;

/// <summary>Two callers at once in one direction: the second is told what its mistake is.</summary>
public class SecondCallerTests : LeakCheck
{
    private const string AnotherWrite = "Another write is active: one writer at a time, or use an Outbox.";

    [Theory, Transports]
    public async Task Write_WhileAnotherIsActive_SaysSo(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var first = pair.Client.Output.WriteAsync(new byte[32 << 20]).AsTask();
        foreach (var second in (Func<Task>[])
        [
            () => pair.Client.Output.WriteAsync(new byte[1]).AsTask(),
            () => pair.Client.Output.FlushAsync().AsTask(),
            () => pair.Client.SendAsync(new byte[1]).AsTask(),
            () => pair.Client.WriteAsync("text", Encoding.ASCII).AsTask(),
        ])
            Assert.Equal(AnotherWrite, (await Assert.ThrowsAsync<InvalidOperationException>(second)).Message);
        Assert.Equal(AnotherWrite, Assert.Throws<InvalidOperationException>(() => pair.Client.Output.GetMemory()).Message);
        pair.Client.Abort();
        await first.ThrowsAsync(ConnectionError.Aborted);
    }

    [Theory, Transports]
    public async Task Read_WhileAnotherWaitsOrIsNotAdvanced_SaysWhich(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var input = pair.Client.Input;
        var first = input.ReadAsync().AsTask();
        foreach (var second in (Func<Task>[])[() => input.ReadAsync().AsTask(), () => pair.Client.ReceiveAsync(new byte[1]).AsTask(), () => pair.Client.ReadLineAsync().AsTask()])
            Assert.Equal("Another read is active: one reader at a time.", (await Assert.ThrowsAsync<InvalidOperationException>(second)).Message);
        await pair.Accepted.SendAsync(new byte[1]).Soon();
        await first.Soon();
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => input.ReadAsync().AsTask());
        Assert.Equal("A read is under way: advance the last one first.", thrown.Message);
        input.AdvanceTo((await first).Buffer.End);
    }
}
