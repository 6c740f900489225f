namespace Net.Async.Tests;

public class TypeCyclesTests
{
    // The snapshot lists the circles that are known. It only shrinks.
    [Fact]
    public async Task Core_TypesOfARoom_FormNoCircleThatIsNotKnown() =>
        await Verifier.Verify(string.Join('\n', TypeCycles.Of(Sources.Core)));

    [Fact]
    public void Testing_TypesOfARoom_FormNoCircle() => Assert.Empty(TypeCycles.Of(Sources.Testing));

    [Theory]
    [InlineData("private Other? _other;", "private One? _one;")]
    [InlineData("public One(Other other) { }", "public Other(One one) { }")]
    [InlineData("public void Run(object any) => ((Other)any).ToString();", "private readonly One[] _all = [];")]
    [InlineData("private sealed class Nested { private Other? _other; }", "private System.Collections.Generic.List<One>? _all;")]
    public void Of_MadeUpCircle_IsFound(string one, string other) => Assert.Equal(["One, Other"], Circles(one, other));

    [Theory]
    [InlineData("public static One Make() => new Other();", "public One? Next { get; set; }")]
    [InlineData("private Other? _other;", "public static void Run(One one) { }")]
    [InlineData("private Other? _other;", "/// <summary>Part of a <see cref=\"One\"/>.</summary>\npublic void Run() { }")]
    public void Of_MadeUpFactoryOrOneDirection_IsNone(string one, string other) => Assert.Empty(Circles(one, other));

    private static IReadOnlyList<string> Circles(string one, string other) => TypeCycles.Of(Sources.Compile("MadeUp",
    [
        ("Net.Async/Io/One.cs", $"namespace Net.Async; internal class One {{ public One() {{ }} {one}\n }}"),
        ("Net.Async/Io/Other.cs", $"namespace Net.Async; internal class Other : One {{ public Other() {{ }} {other}\n }}"),
    ]));
}
