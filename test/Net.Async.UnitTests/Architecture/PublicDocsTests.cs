using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace Net.Async.Tests;

/// <summary>A type in several files has one summary: the compiler puts the summaries of all its files together, and an editor shows any of them.</summary>
public class PublicDocsTests
{
    public static TheoryData<string> Packages => ["Net.Async", "Net.Async.AspNetCore", "Net.Async.Dns", "Net.Async.Hosting", "Net.Async.Resilience", "Net.Async.Testing"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Summary_OfEachPublicType_IsOne(string package) => Assert.Empty(SeveralSummaries(Of(package)));

    [Fact]
    public void Summary_OfMadeUpTypes_TwoAreFound()
    {
        var compilation = Sources.Compile("MadeUp",
        [
            ("One.cs", "namespace Some; /// <summary>First.</summary>\npublic partial class Twice; /// <summary>Only.</summary>\npublic partial class Once;"),
            ("Two.cs", "namespace Some; /// <summary>Second.</summary>\npublic partial class Twice; public partial class Once; /// <summary>A.</summary>\npartial class Inner;"),
            ("Three.cs", "namespace Some; /// <summary>B.</summary>\npartial class Inner;"),
        ]);

        Assert.Equal(["T:Some.Twice"], SeveralSummaries(compilation));
    }

    internal static CSharpCompilation Of(string package) => package switch
    {
        "Net.Async" => Sources.Core,
        "Net.Async.Dns" => Sources.Dns,
        "Net.Async.AspNetCore" => Sources.AspNetCore,
        "Net.Async.Hosting" => Sources.Hosting,
        "Net.Async.Resilience" => Sources.Resilience,
        _ => Sources.Testing,
    };

    private static IEnumerable<string> SeveralSummaries(CSharpCompilation compilation) => PublicApi.VisibleTypes(compilation)
        .Where(static type => type.GetDocumentationCommentXml() is { Length: > 0 } text && XElement.Parse(text).Elements("summary").Count() > 1)
        .Select(static type => type.GetDocumentationCommentId()!);
}
