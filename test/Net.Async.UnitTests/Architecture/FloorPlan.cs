using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Net.Async.Tests;

/// <summary>The rooms of the core and their floors. An arrow goes only down; rooms of one floor never use each other.</summary>
internal static class FloorPlan
{
    private static readonly string[][] s_floors =
    [
        ["Native"],
        ["Errors", "Addresses", "Diagnostics", "Timing"],
        ["Policies", "Resolving", "Io"],
        ["Connections"],
        ["Tls", "Proxying"],
        ["Connecting", "Serving"],
        ["Proxies"],
        ["Framing", "Relaying", "Handles", "Http"],
    ];

    public static int? FloorOf(string room) => Array.FindIndex(s_floors, floor => floor.Contains(room)) is >= 0 and var floor ? floor : null;

    /// <summary>The folder below <c>src/Net.Async</c>; empty for a file that is in none. <c>Io/Native</c> is a room of its own: the C library, which knows nothing of us.</summary>
    public static string RoomOf(string path) => path.Split('/') switch
    {
        [_, "Io", "Native", _, ..] => "Native",
        [_, var room, _, ..] => room,
        _ => "",
    };

    public static bool IsAllowed(string from, string to) => from == to || FloorOf(from) > FloorOf(to);

    /// <summary>Every place where a room uses a type, or a member, of another room. Documentation is not looked at: a cref is no use.</summary>
    public static IEnumerable<RoomUse> UsesIn(Compilation compilation) =>
        from tree in compilation.SyntaxTrees
        let model = compilation.GetSemanticModel(tree)
        let room = RoomOf(tree.FilePath)
        from node in tree.GetRoot().DescendantNodes()
        where node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax
        let info = model.GetSymbolInfo(node)
        let symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault()
        let type = TypeBehind(symbol)
        where type is not null && compilation.Assembly.Equals(type.ContainingAssembly, SymbolEqualityComparer.Default)
        let home = HomeOf(symbol, type)
        where home is not null && home != room
        select new RoomUse(tree.FilePath, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, room, home, type.Name);

    // A type may have parts in several rooms: a member is at home where it is declared, the type itself in the lowest of its rooms.
    private static string? HomeOf(ISymbol symbol, INamedTypeSymbol type)
    {
        var declared = symbol is INamedTypeSymbol || symbol.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty ? type : symbol.OriginalDefinition;
        return declared.DeclaringSyntaxReferences.Select(static reference => RoomOf(reference.SyntaxTree.FilePath)).OrderBy(FloorOf).FirstOrDefault();
    }

    // A member is a use of the type that has it; of an extension, of the static class around it.
    private static INamedTypeSymbol? TypeBehind(ISymbol? symbol)
    {
        var type = symbol is INamedTypeSymbol named ? named : symbol?.ContainingType;
        while (type?.ContainingType is { } outer)
            type = outer;
        return symbol is ITypeParameterSymbol or ILocalSymbol or IParameterSymbol or IRangeVariableSymbol ? null : type?.OriginalDefinition;
    }
}

/// <summary>One use of a room's type in another room.</summary>
internal sealed record RoomUse(string File, int Line, string From, string To, string Type)
{
    public override string ToString() => $"{File}:{Line} {From} -> {To} ({Type})";
}
