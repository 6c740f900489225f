namespace Net.Async.Tests;

/// <summary>Which tests may skip, and when: a list that only grows on purpose.</summary>
public class SkipsTests
{
    private static readonly SkipList s_list = new(TestAssemblies.All);

    [Fact]
    public Task Tests_ThatMaySkip_AreAsVerified() => Verifier.Verify(s_list.MaySkip);

    [LinuxFact]
    public void Tests_AsRootOnLinux_SkipNone() => s_list.AssertNoneSkipsAsRoot();
}
