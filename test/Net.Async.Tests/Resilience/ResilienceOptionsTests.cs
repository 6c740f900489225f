using System.Net;
using Polly;

namespace Net.Async.Tests.Resilience;

public class ResilienceOptionsTests
{
    [Fact]
    public Task Options_OutOfRange_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        thrown.Add("MaxAttempts = 0", () => _ = new ResilientConnectorOptions { MaxAttempts = 0 });
        thrown.Add("MaxAttempts = 101", () => _ = new ResilientConnectorOptions { MaxAttempts = 101 });
        thrown.Add("Delay = -1 tick", () => _ = new ResilientConnectorOptions { Delay = TimeSpan.FromTicks(-1) });
        thrown.Add("Delay = 61 s", () => _ = new ResilientConnectorOptions { Delay = TimeSpan.FromSeconds(61) });
        thrown.Add("MaxDelay = 0", () => _ = new ResilientConnectorOptions { MaxDelay = TimeSpan.Zero });
        thrown.Add("MaxDelay = 61 min", () => _ = new ResilientConnectorOptions { MaxDelay = TimeSpan.FromMinutes(61) });
        thrown.Add("AttemptTimeout = 9 ms", () => _ = new ResilientConnectorOptions { AttemptTimeout = TimeSpan.FromMilliseconds(9) });
        thrown.Add("AttemptTimeout = infinite", () => _ = new ResilientConnectorOptions { AttemptTimeout = Timeout.InfiniteTimeSpan });
        thrown.Add("AttemptTimeout = 25 h", () => _ = new ResilientConnectorOptions { AttemptTimeout = TimeSpan.FromHours(25) });
        thrown.Add("TotalTimeout = 0", () => _ = new ResilientConnectorOptions { TotalTimeout = TimeSpan.Zero });
        thrown.Add("TotalTimeout = 25 h", () => _ = new ResilientConnectorOptions { TotalTimeout = TimeSpan.FromHours(25) });
        thrown.Add("CancelGrace = -1 tick", () => _ = new ResilientConnectorOptions { CancelGrace = TimeSpan.FromTicks(-1) });
        thrown.Add("CancelGrace = 61 s", () => _ = new ResilientConnectorOptions { CancelGrace = TimeSpan.FromSeconds(61) });
        thrown.Add("IsTransient = null", () => _ = new ResilientConnectorOptions { IsTransient = null! });
        thrown.Add("TimeProvider = null", () => _ = new ResilientConnectorOptions { TimeProvider = null! });
        thrown.Add("circuit FailureRatio = 0", () => _ = new CircuitOptions { FailureRatio = 0 });
        thrown.Add("circuit FailureRatio = 1.01", () => _ = new CircuitOptions { FailureRatio = 1.01 });
        thrown.Add("circuit FailureRatio = NaN", () => _ = new CircuitOptions { FailureRatio = double.NaN });
        thrown.Add("circuit MinAttempts = 1", () => _ = new CircuitOptions { MinAttempts = 1 });
        thrown.Add("circuit MinAttempts = 1000001", () => _ = new CircuitOptions { MinAttempts = 1000001 });
        thrown.Add("circuit Window = 499 ms", () => _ = new CircuitOptions { Window = TimeSpan.FromMilliseconds(499) });
        thrown.Add("circuit Window = 25 h", () => _ = new CircuitOptions { Window = TimeSpan.FromHours(25) });
        thrown.Add("circuit BreakDuration = 499 ms", () => _ = new CircuitOptions { BreakDuration = TimeSpan.FromMilliseconds(499) });
        thrown.Add("circuit BreakDuration = 25 h", () => _ = new CircuitOptions { BreakDuration = TimeSpan.FromHours(25) });
        thrown.Add("circuit MaxEndPoints = 0", () => _ = new CircuitOptions { MaxEndPoints = 0 });
        thrown.Add("circuit MaxEndPoints = 1048577", () => _ = new CircuitOptions { MaxEndPoints = 1048577 });
        thrown.Add("listen MaxAttempts = 0", () => _ = new ListenRetryOptions { MaxAttempts = 0 });
        thrown.Add("listen MaxAttempts = 100001", () => _ = new ListenRetryOptions { MaxAttempts = 100001 });
        thrown.Add("listen Delay = 0", () => _ = new ListenRetryOptions { Delay = TimeSpan.Zero });
        thrown.Add("listen Delay = 61 min", () => _ = new ListenRetryOptions { Delay = TimeSpan.FromMinutes(61) });
        thrown.Add("listen Errors = null", () => _ = new ListenRetryOptions { Errors = null! });
        thrown.Add("listen Errors with AccessDenied", () => _ = new ListenRetryOptions { Errors = [ConnectionError.AddressInUse, ConnectionError.AccessDenied] });
        thrown.Add("listen TimeProvider = null", () => _ = new ListenRetryOptions { TimeProvider = null! });
        return Verifier.Verify(thrown.ToString());
    }

    // Within our bounds nothing of Polly's own checks may be left to fail.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Options_Bounds_AreAllowedAndMakeAPipeline(bool least)
    {
        var (shortest, day) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromDays(1));
        var options = new ResilientConnectorOptions
        {
            MaxAttempts = least ? 1 : 100,
            Delay = least ? TimeSpan.Zero : TimeSpan.FromMinutes(1),
            MaxDelay = least ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromHours(1),
            AttemptTimeout = least ? TimeSpan.FromMilliseconds(10) : day,
            TotalTimeout = least ? TimeSpan.FromMilliseconds(10) : day,
            CancelGrace = least ? TimeSpan.Zero : TimeSpan.FromMinutes(1),
            // A clock that does not move: 10 ms are over in no time on a busy machine.
            TimeProvider = new CountedTime(),
            Circuit = new CircuitOptions
            {
                FailureRatio = least ? 0.01 : 1,
                MinAttempts = least ? 2 : 1_000_000,
                Window = least ? shortest : day,
                BreakDuration = least ? shortest : day,
                MaxEndPoints = least ? 1 : 1 << 20,
            },
        };
        var listening = new ListenRetryOptions { MaxAttempts = least ? 2 : 100_000, Delay = least ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromHours(1), Errors = [] };

        await using var connection = await new ResilientConnector(new ScriptedConnector(ScriptedConnector.Connects), options).ConnectAsync("host.test", 80).Soon();
        await using var server = await ListenRetry.ListenAsync(NetEndPoint.Loopback(0), retry: listening).Soon();

        Assert.Equal(ConnectionState.Open, connection.State);
    }

    [Fact]
    public void Errors_ListChangedLater_IsACopy()
    {
        ConnectionError[] errors = [ConnectionError.ResourceShortage];
        var options = new ListenRetryOptions { Errors = errors };

        errors[0] = ConnectionError.Denied;

        Assert.Equal([ConnectionError.ResourceShortage], options.Errors);
    }

    [Fact]
    public async Task Calls_BadArguments_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        var connector = new ResilientConnector(new HappyEyeballsConnector());
        thrown.Add("connector null", () => _ = new ResilientConnector(null!));
        thrown.Add("connector null, pipeline", () => _ = new ResilientConnector(null!, ResiliencePipeline.Empty));
        thrown.Add("pipeline null", () => _ = new ResilientConnector(new HappyEyeballsConnector(), (ResiliencePipeline)null!));
        thrown.Add("end point null", () => connector.ConnectAsync((System.Net.EndPoint)null!));
        thrown.Add("host null", () => connector.ConnectAsync(null!, 80));
        thrown.Add("host empty", () => connector.ConnectAsync("", 80));
        thrown.Add("port 0", () => connector.ConnectAsync("host.test", 0));
        thrown.Add("port 65536", () => connector.ConnectAsync("host.test", 65536));
        await thrown.AddAsync("no host", () => connector.ConnectAsync("a b", 80));
        await thrown.AddAsync("end point without a port", () => connector.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 0)));
        await thrown.AddAsync("end point of an unknown kind", () => connector.ConnectAsync(new StrangeEndPoint()));
        thrown.Add("transient null", () => TransientConnectionErrors.IsTransient(null!));
        thrown.Add("listen, end point null", () => ListenRetry.ListenAsync(null!));
        thrown.Add("listen, pipeline null", () => ListenRetry.ListenAsync(NetEndPoint.Loopback(0), null, (ResiliencePipeline)null!));
        await thrown.AddAsync("listen, end point of an unknown kind", () => ListenRetry.ListenAsync(new StrangeEndPoint()));
        await Verifier.Verify(thrown.ToString());
    }
}
