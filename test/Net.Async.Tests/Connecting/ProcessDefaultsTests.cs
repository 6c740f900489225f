namespace Net.Async.Tests.Connecting;

public sealed class ProcessDefaultsTests : IDisposable
{
    private const string Delay = "Net.Async.Connecting.AttemptDelay", Sequential = "Net.Async.Connecting.Sequential";

    public void Dispose()
    {
        AppContext.SetData(Delay, null);
        AppContext.SetSwitch(Sequential, false);
    }

    [Theory]
    [InlineData(null, 250)]
    [InlineData("100", 100)]
    [InlineData(100, 100)]
    [InlineData("9", 250)]
    [InlineData("2001", 250)]
    [InlineData("soon", 250)]
    public void AttemptDelay_SetForTheProcess_IsTheDefaultOfNewOptions(object? value, int expected)
    {
        AppContext.SetData(Delay, value);
        Assert.Equal(TimeSpan.FromMilliseconds(expected), new HappyEyeballsOptions().AttemptDelay);
        Assert.Equal(TimeSpan.FromSeconds(1), new HappyEyeballsOptions { AttemptDelay = TimeSpan.FromSeconds(1) }.AttemptDelay);
    }

    [Fact]
    public void Sequential_SetForTheProcess_IsTheDefaultOfNewOptions()
    {
        Assert.Equal(64, new HappyEyeballsOptions().MaxConcurrentAttempts);
        AppContext.SetSwitch(Sequential, true);
        Assert.Equal(1, new HappyEyeballsOptions().MaxConcurrentAttempts);
        Assert.Equal(3, new HappyEyeballsOptions { MaxConcurrentAttempts = 3 }.MaxConcurrentAttempts);
    }
}
