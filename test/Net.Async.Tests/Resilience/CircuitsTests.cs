using System.Net;
using System.Net.Sockets;
using Polly;

namespace Net.Async.Tests.Resilience;

public class CircuitsTests
{
    private int _made;

    [Fact]
    public void Of_MoreThanTheLimit_ForgetsTheLongestUnused()
    {
        var circuits = New(2);
        var (a, b) = (circuits.Of(NetEndPoint.Loopback(1)), circuits.Of(NetEndPoint.Loopback(2)));
        Assert.Same(a, circuits.Of(NetEndPoint.Loopback(1)));

        circuits.Of(NetEndPoint.Loopback(3));

        Assert.Same(a, circuits.Of(NetEndPoint.Loopback(1)));
        Assert.NotSame(b, circuits.Of(NetEndPoint.Loopback(2)));
        Assert.Equal(4, _made);
    }

    [Fact]
    public void Of_OneEndPointInTwoSpellings_IsOneCircuit()
    {
        var circuits = New(8);
        Assert.Same(circuits.Of(new DnsEndPoint("Host.Test", 80)), circuits.Of(new DnsEndPoint("host.test", 80)));
        Assert.NotSame(circuits.Of(new DnsEndPoint("host.test", 80)), circuits.Of(new DnsEndPoint("host.test", 81)));
        Assert.NotSame(circuits.Of(new UnixDomainSocketEndPoint("/tmp/A")), circuits.Of(new UnixDomainSocketEndPoint("/tmp/a")));
    }

    [Fact]
    public void Of_EndPointChangedLater_StaysWithTheFirstAddress()
    {
        var circuits = New(8);
        var endPoint = NetEndPoint.Loopback(1);
        var first = circuits.Of(endPoint);

        endPoint.Port = 2;

        Assert.NotSame(first, circuits.Of(endPoint));
        Assert.Same(first, circuits.Of(NetEndPoint.Loopback(1)));
    }

    [Fact]
    public async Task Of_FromManyThreads_StaysWithinTheLimit()
    {
        var circuits = New(4);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
                Assert.NotNull(circuits.Of(NetEndPoint.Loopback(1 + ((i * (seed + 1)) % 7))));
        })).ToArray()).Soon();

        var before = _made;
        ResiliencePipeline[] lastFour = [.. Enumerable.Range(100, 4).Select(port => circuits.Of(NetEndPoint.Loopback(port)))];
        Assert.Equal(before + 4, _made);
        Assert.Equal(lastFour, Enumerable.Range(100, 4).Select(port => circuits.Of(NetEndPoint.Loopback(port))));
        circuits.Of(NetEndPoint.Loopback(200));
        Assert.NotSame(lastFour[0], circuits.Of(NetEndPoint.Loopback(100)));
    }

    private Circuits New(int limit) => new(limit, () =>
    {
        Interlocked.Increment(ref _made);
        return new ResiliencePipelineBuilder().AddTimeout(TimeSpan.FromSeconds(1)).Build();
    });
}
