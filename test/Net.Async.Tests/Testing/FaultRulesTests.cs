using System.Text;
using Net.Async.Testing;

namespace Net.Async.Tests.Testing;

public class FaultRulesTests
{
    [Fact]
    public async Task Values_OutOfRange_AreAsVerified()
    {
        var thrown = new StringBuilder();
        Note(() => _ = new FaultRules { Delay = TimeSpan.FromTicks(-1) });
        Note(() => _ = new FaultRules { Jitter = TimeSpan.FromDays(2) });
        Note(() => _ = new FaultRules { BytesPerSecond = 0 });
        Note(() => _ = new FaultRules { SliceBytes = 0 });
        Note(() => _ = new FaultRules { SlicedBytes = -1 });
        Note(() => _ = new FaultRules { LimitBytes = -1 });
        Note(() => _ = new FaultRules { AtLimit = (FaultEnd)3 });
        Note(() => _ = new FaultInjector(bufferSize: 0));
        await Verifier.Verify(thrown.ToString());

        void Note(Action action) => thrown.Append(Assert.Throws<ArgumentOutOfRangeException>(action).Message.ReplaceLineEndings(" ")).Append('\n');
    }

    [Fact]
    public void Values_AtTheirBounds_AreTaken()
    {
        var rules = new FaultRules
        {
            Delay = TimeSpan.FromDays(1),
            Jitter = TimeSpan.FromDays(1),
            BytesPerSecond = 1,
            SliceBytes = int.MaxValue,
            SlicedBytes = long.MaxValue,
            LimitBytes = 0,
            AtLimit = FaultEnd.End,
        };
        Assert.Equal((1, int.MaxValue, long.MaxValue, 0L), (rules.BytesPerSecond, rules.SliceBytes, rules.SlicedBytes, rules.LimitBytes));
        Assert.Equal(FaultRules.None, rules with { Delay = default, Jitter = default, BytesPerSecond = null, SliceBytes = null, SlicedBytes = null, LimitBytes = null, AtLimit = default });
    }
}
