namespace Net.Async.Tests;

/// <summary>What mistakes in arguments are answered with, before any input or output: messages are part of the API.</summary>
public class ErrorMessagesTests
{
    [Fact]
    public Task ConnectionOptions_OutOfRange_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        foreach (var time in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond - 1), TimeSpan.FromDays(1) + TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(-2)])
        {
            thrown.Add($"CloseTimeout = {time}", () => _ = new ConnectionOptions { Close = { Timeout = time } });
            thrown.Add($"DrainTimeout = {time}", () => _ = new ConnectionOptions { Close = { DrainTimeout = time } });
            thrown.Add($"IdlePeriod = {time}", () => _ = new ConnectionOptions { IdlePeriod = time });
            thrown.Add($"ReadTimeout = {time}", () => _ = new ConnectionOptions { ReadTimeout = time });
            thrown.Add($"UserTimeout = {time}", () => _ = new ConnectionOptions { Tcp = { UserTimeout = time } });
            thrown.Add($"Limits.FirstByteTimeout = {time}", () => _ = new ConnectionLimits { FirstByteTimeout = time });
            thrown.Add($"Limits.IdleTimeout = {time}", () => _ = new ConnectionLimits { IdleTimeout = time });
            thrown.Add($"Limits.WriteStallTimeout = {time}", () => _ = new ConnectionLimits { WriteStallTimeout = time });
            thrown.Add($"GracePeriod = {time}", () => _ = new MinDataRate(1, time));
        }

        thrown.Add("ReceiveBufferSize = 1023", () => _ = new ConnectionOptions { Buffers = { ReceiveBufferSize = 1023 } });
        thrown.Add("SendBufferSize = -1", () => _ = new ConnectionOptions { Buffers = { SendBufferSize = -1 } });
        thrown.Add("DrainLimit = -1", () => _ = new ConnectionOptions { Close = { DrainLimit = -1 } });
        thrown.Add("MaxUnflushedBytes = 65535", () => _ = new ConnectionOptions { Buffers = { MaxUnflushedBytes = 65535 } });
        thrown.Add("MaxUnconsumedBytes = 65535", () => _ = new ConnectionOptions { Buffers = { MaxUnconsumedBytes = 65535 } });
        thrown.Add("ReadAheadLimit = 4095", () => _ = new ConnectionOptions { Buffers = { ReadAheadLimit = 4095 } });
        thrown.Add("TimeProvider = null", () => _ = new ConnectionOptions { TimeProvider = null! });
        thrown.Add("Limits = null", () => _ = new ConnectionOptions { Limits = null! });
        thrown.Add("BytesPerSecond = 0", () => _ = new MinDataRate(0, TimeSpan.FromSeconds(1)));
        thrown.Add("with BytesPerSecond = -1", () => _ = new MinDataRate(1, TimeSpan.FromSeconds(1)) with { BytesPerSecond = -1 });
        thrown.Add("with DrainLimit = -1", () => _ = new ConnectionOptions { Close = { DrainLimit = -1 } });
        return Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public void ConnectionOptions_Bounds_AreAllowed()
    {
        var least = new ConnectionOptions
        {
            Close = { Timeout = TimeSpan.FromMilliseconds(1), DrainTimeout = TimeSpan.FromDays(1), DrainLimit = 0 },
            Buffers = { MaxUnflushedBytes = 65536, MaxUnconsumedBytes = 65536, ReadAheadLimit = 4096 },
        };

        Assert.Equal((TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), 0L, 65536L, 65536L, 4096L),
            (least.Close.Timeout, least.Close.DrainTimeout, least.Close.DrainLimit, least.Buffers.MaxUnflushedBytes, least.Buffers.MaxUnconsumedBytes, least.Buffers.ReadAheadLimit));
    }

    [Fact]
    public Task ServerOptions_OutOfRange_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        thrown.Add("Backlog = 0", () => _ = new ServerOptions { Listener = { Backlog = 0 } });
        thrown.Add("Backlog = -1", () => _ = new ServerOptions { Listener = { Backlog = -1 } });
        thrown.Add("MaxHandlers = 0", () => _ = new ServerOptions { MaxHandlers = 0 });
        thrown.Add("StopTimeout = 0", () => _ = new ServerOptions { Stop = { Timeout = TimeSpan.Zero } });
        thrown.Add("StopTimeout = 2 days", () => _ = new ServerOptions { Stop = { Timeout = TimeSpan.FromDays(2) } });
        thrown.Add("MaxConnections = -1", () => _ = new ServerOptions { MaxConnections = -1 });
        thrown.Add("FullMode = 2", () => _ = new ServerOptions { Limits = { FullMode = (ServerFullMode)2 } });
        thrown.Add("UnixFileMode = SetUser", () => _ = new ServerOptions { Listener = { UnixFileMode = UnixFileMode.SetUser | UnixFileMode.UserWrite } });
        thrown.Add("UnixFileMode = -1", () => _ = new ServerOptions { Listener = { UnixFileMode = (UnixFileMode)(-1) } });
        thrown.Add("Connection = null", () => _ = new ServerOptions { Connection = null! });
        return Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public Task NetEndPointParse_BadText_IsAsVerified()
    {
        var thrown = new ThrownMessages();
        thrown.Add("null", () => NetEndPoint.Parse(null!));
        foreach (var text in NetEndPointBadTextTests.Bad.Select(static row => (string)row[0]))
            thrown.Add('"' + text.Replace("\0", "\\0", StringComparison.Ordinal) + '"', () => NetEndPoint.Parse(text));
        thrown.Add("unix: and 108 bytes", () => NetEndPoint.Parse("unix:/" + new string('a', 107)));
        thrown.Add("254 characters", () => NetEndPoint.Parse(new string('a', 254) + ":80"));
        thrown.Add("Any(-1)", () => NetEndPoint.Any(-1));
        thrown.Add("Loopback(65536)", () => NetEndPoint.Loopback(65536));
        thrown.Add("Format(null)", () => NetEndPoint.Format(null!));
        return Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public Task NamedPipeEndPoint_BadName_IsAsVerified()
    {
        var thrown = new ThrownMessages();
        foreach (var name in (string?[])[null, "", " ", "a/b", "a\\b", "a:b", "a\0b", "anonymous", new('a', 81)])
            thrown.Add($"\"{name?.Replace("\0", "\\0", StringComparison.Ordinal) ?? "null"}\"", () => _ = new NamedPipeEndPoint(name!));
        return Verifier.Verify(thrown.ToString());
    }
}
