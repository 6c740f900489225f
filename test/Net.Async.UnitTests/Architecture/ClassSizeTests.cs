using Microsoft.CodeAnalysis;

namespace Net.Async.Tests;

/// <summary>A class is one idea over all its files. One that is too large hides objects that have no name yet.</summary>
public class ClassSizeTests
{
    /// <summary>Types over the limits, each with its reason. The list only shrinks: a type that is no longer too large must leave it.</summary>
    private static readonly (string Type, string Reason)[] s_exceptions =
    [
        ("BlockList", "One verb a file over an immutable snapshot: two fields."),
        ("ConnectRace", "One state machine without I/O. Its fields are the state of RFC 8305, section 5."),
        ("Connection", "The public surface of every transport; half of it is documentation and members that derived classes replace."),
        ("Server", "To be divided: state, admission, connection limit, registry, handlers."),
    ];

    [Fact]
    public void EveryType_OverAllItsFiles_IsWithinTheLimits()
    {
        var tooLarge = Projects().SelectMany(ClassSize.Of).Where(static size => size.IsTooLarge && !IsException(size)).ToArray();

        Assert.True(tooLarge.Length == 0, string.Join('\n', tooLarge.Select(static size => size.ToString())));
    }

    [Fact]
    public void Exceptions_EachOfThem_IsStillTooLarge()
    {
        var tooLarge = Projects().SelectMany(ClassSize.Of).Where(static size => size.IsTooLarge).Select(static size => size.Type).ToArray();

        Assert.All(s_exceptions, exception => Assert.Contains(exception.Type, tooLarge));
        Assert.All(s_exceptions, static exception => Assert.NotEmpty(exception.Reason));
    }

    [Fact]
    public void Of_PartsInTwoFiles_AreCountedTogether()
    {
        var size = Assert.Single(Sizes("""
            namespace Net.Async;
            internal partial class Large
            {
                private int _one;
                private bool _first;
            }
            """, """
            namespace Net.Async;
            internal partial class Large
            {
                private static int s_shared;
                private const int Most = 3;
                private bool Second { get; set; }
                public int Option { get; init; }
                public int Sum => _one + s_shared + Most + (_first || Second ? 1 : 0);
            }
            """));

        Assert.Equal(new ClassSize("Large", 13, 3, 2), size);
    }

    [Theory]
    [InlineData(300, 12, 3, false)]
    [InlineData(301, 1, 0, true)]
    [InlineData(10, 13, 0, true)]
    [InlineData(10, 4, 4, true)]
    public void IsTooLarge_AtAndOverEachLimit_SaysSo(int lines, int fields, int flags, bool isTooLarge) =>
        Assert.Equal(isTooLarge, new ClassSize("Any", lines, fields, flags).IsTooLarge);

    private static IEnumerable<Compilation> Projects() => [Sources.Core, Sources.AspNetCore, Sources.Testing, Sources.Dns, Sources.Hosting, Sources.Resilience];

    private static bool IsException(ClassSize size) => s_exceptions.Any(exception => exception.Type == size.Type);

    private static IEnumerable<ClassSize> Sizes(params string[] files) =>
        ClassSize.Of(Sources.Compile("MadeUp", files.Select(static (text, number) => ($"Net.Async/Io/Part{number}.cs", text))));
}
