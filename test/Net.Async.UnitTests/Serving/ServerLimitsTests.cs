namespace Net.Async.Tests.Serving;

public class ServerLimitsTests
{
    [Fact]
    public async Task Values_OutOfRange_AreAsVerified()
    {
        Func<object>[] wrong =
        [
            static () => new ServerLimits { ConnectionsPerIPv4Address = 0 },
            static () => new ServerLimits { ConnectionsPerIPv4Network = -1 },
            static () => new ServerLimits { ConnectionsPerIPv6Network = 0 },
            static () => new ServerLimits { AcceptsPerSecond = 0 },
            static () => new ServerLimits { AcceptBurst = 0 },
            static () => new ServerLimits { MaxUnflushedBytes = 65535 },
            static () => new UpgradeOptions { Timeout = TimeSpan.Zero },
            static () => new UpgradeOptions { MaxConcurrent = 0 },
            static () => new UpgradeOptions { Steps = null! },
            static () => new UpgradeOptions { Steps = [null!] },
            static () => new ServerOptions { Upgrade = null! },
            static () => new ServerOptions { Limits = null! },
        ];
        await Verifier.Verify(string.Join('\n', wrong.Select(static make => Assert.ThrowsAny<ArgumentException>(make).Message)));
    }

    [Fact]
    public void Limits_WhatIsSet_IsCopied()
    {
        var limits = new ServerLimits { AcceptsPerSecond = 7 };
        var options = new ServerOptions { Limits = limits };
        Assert.NotSame(limits, options.Limits);
        Assert.Equal(limits, options.Limits);
    }
}
