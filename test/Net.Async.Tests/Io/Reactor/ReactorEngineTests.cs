using System.Net;

namespace Net.Async.Tests.Io.Reactor;

public class ReactorEngineTests
{
    [LinuxFact]
    public void Obstacle_OnThisMachine_IsNone() => Assert.Null(ReactorProbe.Obstacle());

    [LinuxFact]
    public void ThreadTimes_OfThisThread_RunsAndHasRun()
    {
        Assert.True(ThreadTimes.TryRead(LibC.ThreadId(), out var isBlocked, out var cpuTime));
        Assert.False(isBlocked);
        Assert.True(cpuTime > 0);
    }

    [LinuxFact]
    public void ThreadTimes_OfNoThread_IsFalse() => Assert.False(ThreadTimes.TryRead(int.MaxValue, out _, out _));

    [Theory]
    [InlineData("3", 3)]
    [InlineData("1024", 1024)]
    [InlineData("0", null)]
    [InlineData("many", null)]
    [InlineData("1025", null)]
    [InlineData(null, null)]
    public void Wanted_Text_IsThatManyOrTheCores(string? text, int? count) => Assert.Equal(count ?? Environment.ProcessorCount, ReactorLoops.Wanted(text));

    [LinuxFact]
    public async Task ConnectAsync_NobodyListens_SaysRefused()
    {
        var settings = new ConnectionOptions().ToSettings();
        var listener = new ReactorEngine().Bind(new IPEndPoint(IPAddress.Loopback, 0), new ListenSettings(settings, DualStack: false));
        var endPoint = listener.LocalEndPoint;
        listener.Close();

        var exception = await Assert.ThrowsAsync<ConnectionException>(async () => await new ReactorEngine().ConnectAsync(endPoint, settings, default));

        Assert.Equal(ConnectionError.Refused, exception.Error);
    }
}
