using Microsoft.CodeAnalysis.CSharp;

namespace Net.Async.Tests;

public class FloorsTests
{
    /// <summary>Arrows that the plan forbids and that have a reason. Each names one type; an entry that is not needed any more fails.</summary>
    private static readonly (string From, string To, string Type, string Reason)[] s_exceptions =
    [
        ("Timing", "Diagnostics", "NetAsyncEventSource", "What a callback throws is reported. Diagnostics never uses Timing."),
        ("Errors", "Addresses", "NetEndPoint", "An error message says where, and an address is written in one way only. Addresses never uses Errors."),
    ];

    [Fact]
    public void Core_EveryUseOfAnotherRoom_GoesDown()
    {
        var violations = Forbidden(Sources.Core).Where(static use => !IsException(use)).ToArray();

        Assert.True(violations.Length == 0, string.Join('\n', violations.Select(static use => use.ToString())));
    }

    [Fact]
    public void Core_EveryFile_IsInARoomOfThePlan() =>
        Assert.All(SourceTree.Files("Net.Async").Select(SourceTree.Relative), static file => Assert.NotNull(FloorPlan.FloorOf(FloorPlan.RoomOf(file))));

    [Fact]
    public void Exceptions_EachOfThem_IsStillNeeded()
    {
        var forbidden = Forbidden(Sources.Core).ToArray();

        Assert.All(s_exceptions, exception => Assert.Contains(forbidden, use => (use.From, use.To, use.Type) == (exception.From, exception.To, exception.Type)));
    }

    [Fact]
    public void Exceptions_WithTheirTurnedArrows_AreNoCircle() =>
        Assert.All(s_exceptions, static exception => Assert.DoesNotContain(FloorPlan.UsesIn(Sources.Core), use => (use.From, use.To) == (exception.To, exception.From)));

    [Theory]
    [InlineData("Connection? connection = null;", 7)]
    [InlineData("var connection = Maker.Make();", 7)]
    [InlineData("\"text\".Send();", 7)]
    [InlineData("_ = nameof(Connection);", 7)]
    public void Uses_MadeUpSourceThatGoesUp_AreFound(string statement, int line)
    {
        var use = Assert.Single(Forbidden(MadeUp("Io", statement)).DistinctBy(static use => use.To));

        Assert.Equal(("Net.Async/Io/MadeUp.cs", line, "Io", "Connections"), (use.File, use.Line, use.From, use.To));
        Assert.Matches(@"^Net\.Async/Io/MadeUp\.cs:7 Io -> Connections \((Connection|Maker)\)$", use.ToString());
    }

    [Fact]
    public void Uses_MadeUpSourceOfTheSameFloor_AreFound() =>
        Assert.Contains(Forbidden(MadeUp("Serving", "_ = typeof(Neighbour);")), static use => use is { From: "Serving", To: "Connecting", Type: "Neighbour" });

    [Fact]
    public void Uses_MadeUpSourceThatGoesDown_AreAllowed() =>
        Assert.Empty(Forbidden(MadeUp("Serving", "Connection? connection = null;")));

    [Theory]
    [InlineData("Connection.Dial();", "Connecting")]
    [InlineData("_ = new Connection().Close();", null)]
    [InlineData("Connection? connection = null;", null)]
    public void Uses_MemberOfATypeWithPartsInTwoRooms_AreOfTheRoomOfTheMember(string statement, string? to) =>
        Assert.Equal(to, Forbidden(MadeUp("Serving", statement)).Select(static use => use.To).Distinct().SingleOrDefault());

    [Fact]
    public void Uses_DocumentationOnly_AreNone() => Assert.Empty(Forbidden(MadeUp("Io", "")));

    private static bool IsException(RoomUse use) =>
        s_exceptions.Any(exception => (use.From, use.To, use.Type) == (exception.From, exception.To, exception.Type));

    private static IEnumerable<RoomUse> Forbidden(CSharpCompilation compilation) =>
        FloorPlan.UsesIn(compilation).Where(static use => !FloorPlan.IsAllowed(use.From, use.To));

    private static CSharpCompilation MadeUp(string room, string statement) => Sources.Compile("MadeUp",
    [
        ("Net.Async/Connections/Connection.cs", """
            namespace Net.Async;
            public sealed partial class Connection
            {
                public bool Close() => true;
            }

            public static class Maker
            {
                public static Connection Make() => new();
                public static void Send(this string text) { }
            }
            """),
        ("Net.Async/Connecting/Neighbour.cs", "namespace Net.Async; public sealed class Neighbour;"),
        ("Net.Async/Connecting/Connection.Dial.cs", "namespace Net.Async; public sealed partial class Connection { public static void Dial() { } }"),
        ($"Net.Async/{room}/MadeUp.cs", $$"""
            namespace Net.Async;
            /// <summary>Not a use: <see cref="Connection"/>.</summary>
            internal static class MadeUp
            {
                public static void Run()
                {
                    {{statement}}
                }
            }
            """),
    ]);
}
