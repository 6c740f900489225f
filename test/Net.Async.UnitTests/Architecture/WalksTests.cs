using Microsoft.CodeAnalysis.CSharp;

namespace Net.Async.Tests;

/// <summary>The ways through the code that docs/design.md lists: each step is there and leads to the next.</summary>
public class WalksTests
{
    /// <summary>The walks of the page, the most steps that each may have, and the rooms that it may enter again.</summary>
    public static TheoryData<string, int, string[]> Walks => new()
    {
        { "connect", 30, [] },
        { "accept", 20, ["Serving"] },
        // Io is entered for the wait, the receive and the send: three calls of the kernel.
        { "bytes", 14, ["Connections", "Io"] },
    };

    [Theory]
    [MemberData(nameof(Walks))]
    public void Page_Walk_LeadsFromStepToStep(string name, int mostSteps, string[] roomsEnteredAgain)
    {
        var walk = Assert.Single(OfThePage(), walk => walk.Name == name);
        Assert.InRange(walk.Steps.Count, 2, mostSteps);
        Assert.Equal("", string.Join(Environment.NewLine, walk.Mistakes(Sources.Core, "Net.Async", roomsEnteredAgain)));
    }

    [Fact]
    public void Locks_OfOneEcho_AreAtMostSeven()
    {
        var echo = Assert.Single(OfThePage(), static walk => walk.Name == "bytes").Steps;
        var andBack = new Walk("echo", [.. echo, new WalkStep("Connections/ReadCall.cs", "AdvanceTo")]);

        Assert.InRange(andBack.Locks(Sources.Core, "Net.Async").Count(), 1, 7);
    }

    [Fact]
    public void Page_EveryWalk_IsTested() => Assert.Equal(Walks.Select(static row => (string)row[0]).Order(), OfThePage().Select(static walk => walk.Name).Order());

    [Theory]
    [InlineData("private void Middle() => Last();")]
    [InlineData("private void Middle() => Run(Last);")]
    [InlineData("private void Middle() => Run(() => Last());")]
    [InlineData("private readonly Action _last; public One() => _last = Last; private void Middle() => _last();")]
    [InlineData("private static readonly Action<One> s_last = static one => one.Last(); private void Middle() => Use(s_last);")]
    public void Mistakes_StepThatLeadsToTheNext_AreNone(string middle) => Assert.Empty(Mistakes(middle, "Middle", "Last"));

    [Fact]
    public void Mistakes_WorkItemOrContract_AreNone()
    {
        Assert.Empty(Mistakes("private void Middle() => ThreadPool.UnsafeQueueUserWorkItem(new Item(), false);", "Middle", "Execute"));
        Assert.Empty(Mistakes("private void Middle(Base any) => any.Made();", "Middle", "Made"));
        Assert.Empty(Mistakes("private void Middle() => new Item();", "Middle", "Item"));
    }

    [Fact]
    public void Mistakes_CallerThatWaits_MayReferToTheStep() => Assert.Empty(Mistakes("private void Middle() { } private void First2() { Middle(); Last(); }", "First2", "Middle", "Last"));

    [Fact]
    public void Mistakes_StepThatIsNotThere_IsOne() => Assert.Equal(["Io/One.cs: Gone is not there"], Mistakes("private void Middle() => Last();", "Middle", "Gone"));

    [Theory]
    [InlineData("private void Middle() { }")]
    [InlineData("private void Middle() => Run(() => { });")]
    [InlineData("/// <summary>Then <see cref=\"Last\"/>.</summary>\nprivate void Middle() { }")]
    public void Mistakes_StepThatDoesNotLeadToTheNext_IsOne(string middle) =>
        Assert.Equal(["Io/One.cs: Last is not referred to by Io/One.cs: Middle, nor by a caller of it"], Mistakes(middle, "Middle", "Last"));

    [Fact]
    public void Mistakes_RoomEnteredTwice_IsOneUnlessItMay()
    {
        var walk = Assert.Single(Walk.In("# Page\n## Walk: any\n1. `Io/One.cs`: `Middle`\n2. `Errors/Two.cs`: `Call`\n3. `Io/One.cs`: `Last`\n"));
        Assert.Equal(["Io is entered 2 times"], walk.Mistakes(MadeUp("private void Middle() { Two.Call(); Last(); }"), "Net.Async"));
        Assert.Empty(walk.Mistakes(MadeUp("private void Middle() { Two.Call(); Last(); }"), "Net.Async", "Io"));
    }

    [Fact]
    public void In_LineThatIsNoStep_IsRefused() => Assert.Throws<FormatException>(() => Walk.In("# Page\n## Walk: any\n1. `Io/One.cs`, `Middle`\n"));

    private static IReadOnlyList<Walk> OfThePage() => Walk.In(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "design.md")));

    private static IEnumerable<string> Mistakes(string middle, params string[] steps) =>
        new Walk("any", [.. steps.Select(static step => new WalkStep("Io/One.cs", step))]).Mistakes(MadeUp(middle), "Net.Async");

    private static CSharpCompilation MadeUp(string middle) => Sources.Compile("MadeUp",
    [
        ("Net.Async/Io/One.cs", $$"""
            namespace Net.Async;
            internal abstract class Base { public abstract void Made(); }
            internal sealed class Item : Base, IThreadPoolWorkItem
            {
                public Item() { }
                public void Execute() { }
                public override void Made() { }
            }
            internal sealed class One
            {
                {{middle}}
                private void Last() { }
                private static void Run(Action action) => action();
                private static void Use(Action<One> action) => action(new One());
            }
            """),
        ("Net.Async/Errors/Two.cs", "namespace Net.Async; internal static class Two { public static void Call() { } }"),
    ]);
}
