namespace Net.Async.Tests.Io.Managed;

public class HeatTests
{
    [Fact]
    public void GoesHot_Cold_TriesOneWaitOfEight()
    {
        var heat = new Heat();
        var hot = 0;
        for (var wait = 0; wait < 80; wait++)
        {
            if (!heat.GoesHot())
                continue;
            hot++;
            heat.OnReceived(false);
            Assert.False(heat.GoesHot(), "a look that found nothing is followed by a wait for the event");
        }

        Assert.InRange(hot, 8, 10);
    }

    [Fact]
    public void GoesHot_LooksThatFind_StayHotUntilTheyMiss()
    {
        var heat = new Heat();
        while (!heat.GoesHot())
            heat.OnReceived(true);
        heat.OnReceived(true);
        for (var round = 0; round < 10; round++)
        {
            Assert.True(heat.GoesHot());
            heat.OnReceived(true);
        }

        // Eight looks' worth of heat, two for each miss.
        for (var miss = 0; miss < 4; miss++)
        {
            Assert.True(heat.GoesHot());
            heat.OnReceived(false);
            Assert.False(heat.GoesHot());
        }

        Assert.False(heat.GoesHot());
    }
}
