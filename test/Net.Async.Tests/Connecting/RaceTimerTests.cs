using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Connecting;

public class RaceTimerTests : LeakCheck
{
    [Fact]
    public async Task OnElapsed_ProgressThatBlocks_HoldsUpNoOtherConnect()
    {
        using var silent = new SilentListener(IPAddress.Parse("127.0.0.2"), 0);
        var time = new FakeTimeProvider();
        using var release = new ManualResetEventSlim();
        var first = new HappyEyeballsConnector(new() { TimeProvider = time, Progress = new Blocking(release) }).ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), silent.Port));
        var second = new HappyEyeballsConnector(new() { TimeProvider = time }).ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), silent.Port));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(ConnectionError.TimedOut, (await Assert.ThrowsAsync<ConnectionException>(() => second.Soon())).Error);
        Assert.False(first.IsCompleted);
        release.Set();
        Assert.Equal(ConnectionError.TimedOut, (await Assert.ThrowsAsync<ConnectionException>(() => first.Soon())).Error);
    }

    private sealed class Blocking(ManualResetEventSlim release) : IProgress<ConnectEvent>
    {
        public void Report(ConnectEvent value)
        {
            if (value.Kind == ConnectEventKind.AttemptCancelled)
                release.Wait();
        }
    }
}
