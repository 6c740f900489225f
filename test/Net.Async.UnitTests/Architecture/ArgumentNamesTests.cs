using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Net.Async.Tests;

/// <summary>An argument error names a parameter that its reader can find: one of a public member, also where an internal method throws it.</summary>
public class ArgumentNamesTests
{
    public static TheoryData<string> Packages => PublicDocsTests.Packages;

    [Theory]
    [MemberData(nameof(Packages))]
    public void ArgumentErrors_NameParameters_OfPublicMembers(string package) => Assert.Empty(Unknown(PublicDocsTests.Of(package)));

    [Fact]
    public void ArgumentErrors_OfMadeUpMembers_AreFound()
    {
        var compilation = Sources.Compile("MadeUp",
        [
            ("Line.cs", """
                namespace Some;
                public class Line
                {
                    public void Draw(int length, string pen) { Check(length); Inner.Check(pen); }
                    static void Check(int length) { ArgumentOutOfRangeException.ThrowIfNegative(length); if (length > 9) throw new ArgumentException("long", nameof(length)); }
                }
                internal static class Inner
                {
                    internal static void Check(string tool, int many = 1) { ArgumentException.ThrowIfNullOrEmpty(tool); ArgumentOutOfRangeException.ThrowIfLessThan(many, 1); if (tool == "") throw new ArgumentException("empty", nameof(tool)); }
                }
                """),
        ]);

        Assert.Equal(["Line.cs:9 tool", "Line.cs:9 many", "Line.cs:9 tool"], Unknown(compilation));
    }

    private static IEnumerable<string> Unknown(CSharpCompilation compilation)
    {
        var types = compilation.GetSymbolsWithName(static _ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>().Concat(Sources.Core.GetSymbolsWithName(static _ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>());
        var known = types.SelectMany(static type => type.GetMembers()).Where(IsForUsers).SelectMany(static member => member switch
        {
            IMethodSymbol method => method.Parameters.Select(static parameter => parameter.Name),
            IPropertySymbol property => property.Parameters.Select(static parameter => parameter.Name).Append(property.Name),
            _ => [],
        }).Append("value").ToHashSet();
        return compilation.SyntaxTrees.SelectMany(static tree => tree.GetRoot().DescendantNodes().SelectMany(Named))
            .Where(name => !known.Contains(name.Identifier.Text))
            .Select(static name => $"{Path.GetFileName(name.SyntaxTree.FilePath)}:{name.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {name.Identifier.Text}");
    }

    // An override has the parameters of a public base: a pipe's reader, a transport's stream.
    private static bool IsForUsers(ISymbol member) => member.IsOverride
        || PublicApi.IsVisible(member) && (PublicApi.IsVisible(member.ContainingType) || member.ContainingType.AllInterfaces.Any(type => type.GetMembers(member.Name).Length > 0));

    // What "new ArgumentException(..., nameof(x))", "ThrowIf...(x)" and "ThrowIf...(y, nameof(x))" name; a name that is passed on is looked at where it comes from.
    private static IEnumerable<IdentifierNameSyntax> Named(SyntaxNode node) => node switch
    {
        ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax type, ArgumentList: { } list } when IsArgumentError(type) => list.Arguments.SelectMany(InNameOf),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax type } } call when IsArgumentError(type) =>
            call.ArgumentList.Arguments.SelectMany(InNameOf).DefaultIfEmpty(Unnamed(call)).OfType<IdentifierNameSyntax>(),
        _ => [],
    };

    // The compiler names the first argument, unless the name is passed on.
    private static IdentifierNameSyntax? Unnamed(InvocationExpressionSyntax call)
    {
        var arguments = call.ArgumentList.Arguments;
        return Identifiers(arguments).Skip(1).Any(static argument => argument.Identifier.Text == "name") ? null : arguments.FirstOrDefault()?.Expression as IdentifierNameSyntax;
    }

    private static IEnumerable<IdentifierNameSyntax> InNameOf(ArgumentSyntax argument) =>
        argument.Expression is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } } call ? Identifiers(call.ArgumentList.Arguments) : [];

    private static IEnumerable<IdentifierNameSyntax> Identifiers(SeparatedSyntaxList<ArgumentSyntax> arguments) =>
        arguments.Select(static argument => argument.Expression).OfType<IdentifierNameSyntax>();

    private static bool IsArgumentError(IdentifierNameSyntax type) => type.Identifier.Text is "ArgumentException" or "ArgumentNullException" or "ArgumentOutOfRangeException";
}
