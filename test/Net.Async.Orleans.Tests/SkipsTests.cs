namespace Net.Async.Tests;

/// <summary>No test here skips.</summary>
public class SkipsTests
{
    [Fact]
    public void Tests_ThatMaySkip_AreNone() => Assert.Empty(new SkipList(typeof(SkipsTests).Assembly).MaySkip);
}
