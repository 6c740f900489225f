using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Net.Async.Tests;

/// <summary>Circles between the types of a room: each type of a circle reaches itself again through the others.</summary>
/// <remarks>
/// A type depends on what its fields, constructors and instance members name. Static members do not count: a factory of an abstract type may name what it makes.
/// A nested type counts as the type around it.
/// </remarks>
internal static class TypeCycles
{
    /// <summary>One line a circle: the room, then its types by name.</summary>
    public static IReadOnlyList<string> Of(Compilation compilation)
    {
        var edges = EdgesOf(compilation).Distinct().ToLookup(static edge => edge.From, static edge => edge.To);
        var reachable = edges.ToDictionary(static from => from.Key, from => Reach(from.Key, edges));
        return
        [
            .. reachable
                .Where(static from => from.Value.Contains(from.Key))
                .Select(from => string.Join(", ", from.Value.Where(to => reachable.TryGetValue(to, out var back) && back.Contains(from.Key)).Order(StringComparer.Ordinal)))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    private static HashSet<string> Reach(string from, ILookup<string, string> edges)
    {
        var reached = new HashSet<string>();
        var left = new Stack<string>(edges[from]);
        while (left.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in edges[next])
                    left.Push(further);
            }
        }

        return reached;
    }

    private static IEnumerable<(string From, string To)> EdgesOf(Compilation compilation) =>
        from tree in compilation.SyntaxTrees
        let model = compilation.GetSemanticModel(tree)
        let room = FloorPlan.RoomOf(tree.FilePath)
        from declaration in tree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
        from part in InstancePartsOf(declaration)
        from name in part.DescendantNodesAndSelf(static node => node is not TypeDeclarationSyntax).OfType<SimpleNameSyntax>()
        let owner = Outermost((INamedTypeSymbol?)model.GetDeclaredSymbol(declaration))
        let used = Outermost(TypeBehind(model.GetSymbolInfo(name).Symbol))
        where used is not null && owner is not null && used.Name != owner.Name && IsOfRoom(used, room, compilation)
        select (owner.Name, used.Name);

    private static IEnumerable<SyntaxNode> InstancePartsOf(TypeDeclarationSyntax declaration) =>
        declaration.Members.Where(static member => member is not TypeDeclarationSyntax && !member.Modifiers.Any(static modifier => modifier.Text is "static" or "const")).Cast<SyntaxNode>()
            .Concat(declaration.ParameterList is { } parameters ? [parameters] : []);

    // A call of an instance member uses its type, also where no name of the type is written.
    private static INamedTypeSymbol? TypeBehind(ISymbol? symbol) => symbol switch
    {
        INamedTypeSymbol type => type,
        IMethodSymbol or IPropertySymbol or IFieldSymbol => symbol.IsStatic ? null : symbol.ContainingType,
        _ => null,
    };

    private static INamedTypeSymbol? Outermost(INamedTypeSymbol? type) => type?.ContainingType is { } outer ? Outermost(outer) : type?.OriginalDefinition;

    // An enumeration names nothing, and so is in no circle.
    private static bool IsOfRoom(INamedTypeSymbol type, string room, Compilation compilation) =>
        type.TypeKind != TypeKind.Enum
        && compilation.Assembly.Equals(type.ContainingAssembly, SymbolEqualityComparer.Default)
        && type.DeclaringSyntaxReferences.Any(reference => FloorPlan.RoomOf(reference.SyntaxTree.FilePath) == room);
}
