using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Connecting;

public class ConnectDeadlineTests
{
    [Fact]
    public async Task OnElapsed_OneThatBlocks_HoldsUpNoOther()
    {
        var time = new FakeTimeProvider();
        var passed = new ConcurrentQueue<string>();
        using var release = new ManualResetEventSlim();
        var queue = TimerQueue.Of(time);
        queue.Set(new ConnectDeadline(release.Wait), TimeSpan.FromSeconds(30));
        queue.Set(new ConnectDeadline(() => passed.Enqueue("b")), TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));
        await Eventually.IsAsync(() => passed.SequenceEqual(["b"]), () => $"passed: {string.Join(' ', passed)}");
        release.Set();
    }
}
