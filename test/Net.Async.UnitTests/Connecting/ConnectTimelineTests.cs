using System.Net;

namespace Net.Async.Tests.Connecting;

public class ConnectTimelineTests
{
    [Fact]
    public async Task ToString_Race_IsAsVerified() => await Verifier.Verify(new ConnectTimeline(
    [
        Attempt("[2001:db8::1]:443", 0, 400, ConnectOutcome.NoAnswer),
        Attempt("192.0.2.1:443", 250, 3, ConnectOutcome.Failed, new ConnectionException(ConnectionError.Refused, "refused")),
        Attempt("192.0.2.2:443", 260, 140, ConnectOutcome.Connected),
        Attempt("192.0.2.3:443", 400, 0, ConnectOutcome.NotTried),
        Attempt("192.0.2.4:443", 400, 0, ConnectOutcome.Denied),
    ]).ToString());

    [Fact]
    public void ToString_NothingOrNoTime_IsStillText()
    {
        Assert.Equal("", new ConnectTimeline([]).ToString());
        Assert.Contains("connected", new ConnectTimeline([Attempt("192.0.2.1:1", 0, 0, ConnectOutcome.Connected)]).ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new ConnectTimeline(null!));
    }

    private static ConnectAttempt Attempt(string endPoint, int started, int duration, ConnectOutcome outcome, Exception? error = null) =>
        new(IPEndPoint.Parse(endPoint), outcome, TimeSpan.FromMilliseconds(started), TimeSpan.FromMilliseconds(duration), error);
}
