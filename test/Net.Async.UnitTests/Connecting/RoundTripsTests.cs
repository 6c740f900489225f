using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Connecting;

public class RoundTripsTests
{
    private static readonly IPAddress s_here = IPAddress.Parse("192.0.2.1"), s_neighbour = IPAddress.Parse("192.0.2.200"), s_elsewhere = IPAddress.Parse("192.0.3.1");

    private readonly RoundTrips _trips = new(new(1024, TimeSpan.FromMinutes(10), new FakeTimeProvider(), () => 0));

    [Fact]
    public void DelayFor_KnownAddress_IsAboutTheRetransmission()
    {
        _trips.Add(s_here, Ms(200));
        // RFC 6298: 200 + 4 * 100.
        Assert.Equal(Ms(600), _trips.DelayFor(s_here));
        Assert.Equal(Ms(200), _trips.To(s_here));
    }

    [Fact]
    public void DelayFor_Neighbour_TakesTheNetworks()
    {
        _trips.Add(s_here, Ms(200));
        Assert.Equal(Ms(600), _trips.DelayFor(s_neighbour));
        Assert.Null(_trips.To(s_neighbour));
        Assert.Null(_trips.DelayFor(s_elsewhere));
        _trips.Add(IPAddress.Parse("2001:db8::1"), Ms(100));
        Assert.Equal(Ms(300), _trips.DelayFor(IPAddress.Parse("2001:db8::2")));
        Assert.Null(_trips.DelayFor(IPAddress.Parse("2001:db8:0:1::2")));
    }

    [Fact]
    public void DelayFor_Extremes_StaysWithinTheBounds()
    {
        _trips.Add(s_here, Ms(1));
        Assert.Equal(RoundTrips.Least, _trips.DelayFor(s_here));
        _trips.Add(s_elsewhere, Ms(999));
        Assert.Equal(RoundTrips.Most, _trips.DelayFor(s_elsewhere));
    }

    [Fact]
    public void Add_SteadyTimes_KeepTheLeastVariation()
    {
        for (var i = 0; i < 200; i++)
            _trips.Add(s_here, Ms(300));
        Assert.Equal(320, _trips.DelayFor(s_here)!.Value.TotalMilliseconds, 0.1);
    }

    [Fact]
    public void Add_ASecondOrMore_TellsNothing()
    {
        _trips.Add(s_here, TimeSpan.FromSeconds(1));
        Assert.Null(_trips.DelayFor(s_here));
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
