using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io.Reactor;

public class KernelErrorsTests
{
    // The base class library's own table: its exception tells the native number of each of its errors.
    [LinuxFact]
    public void Of_EveryErrorThatTheBaseClassLibraryNames_IsTheSameName()
    {
        foreach (var error in Enum.GetValues<SocketError>().Where(static error => error is not (SocketError.Success or SocketError.SocketError)))
        {
            var number = new SocketException((int)error).NativeErrorCode;
            // It gives what it has no number for back as it is; several names share a number.
            if (number != (int)error && number > 0 && number < 200)
                Assert.Equal(number, new SocketException((int)KernelErrors.Of(number)).NativeErrorCode);
        }
    }

    [LinuxFact]
    public void Obstacle_OnThisMachine_IsNone() => Assert.Null(ReactorProbe.Obstacle());

    [LinuxFact]
    public void ThreadTimes_OfThisThread_RunsAndHasRun()
    {
        Assert.True(ThreadTimes.TryRead(Libc.ThreadId(), out var isBlocked, out var cpuTime));
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
        var settings = ConnectionOptions.Default.ToSettings();
        var listener = new ReactorEngine().Bind(new IPEndPoint(IPAddress.Loopback, 0), new ListenSettings(settings, DualStack: false));
        var endPoint = listener.LocalEndPoint;
        listener.Close();

        var exception = await Assert.ThrowsAsync<ConnectionException>(async () => await new ReactorEngine().ConnectAsync(endPoint, settings, default));

        Assert.Equal(ConnectionError.Refused, exception.Error);
    }
}
