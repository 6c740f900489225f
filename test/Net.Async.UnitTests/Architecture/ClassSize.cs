using Microsoft.CodeAnalysis;

namespace Net.Async.Tests;

/// <summary>How large a type is over all its files: lines, instance fields that can change or be forgotten, and flags among them.</summary>
internal sealed record ClassSize(string Type, int Lines, int Fields, int Flags)
{
    public const int MostLines = 300;
    public const int MostFields = 12;
    public const int MostFlags = 3;

    public bool IsTooLarge => Lines > MostLines || Fields > MostFields || Flags > MostFlags;

    /// <summary>Every class and struct that is declared in the compilation, nested ones too.</summary>
    public static IEnumerable<ClassSize> Of(Compilation compilation) =>
        TypesOf(compilation.Assembly.GlobalNamespace)
            .Where(static type => type.TypeKind is TypeKind.Class or TypeKind.Struct && !type.IsImplicitlyDeclared)
            .Select(static type => new ClassSize(NameOf(type), LinesOf(type), StateOf(type).Count(), StateOf(type).Count(static state => state.SpecialType == SpecialType.System_Boolean)));

    public override string ToString() => $"{Type}: {Lines} lines, {Fields} fields, {Flags} flags";

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol container) =>
        from member in container.GetMembers().OfType<INamespaceOrTypeSymbol>()
        from type in member is INamedTypeSymbol named ? TypesOf(named).Prepend(named) : TypesOf(member)
        select type;

    private static string NameOf(INamedTypeSymbol type) => type.ContainingType is { } outer ? $"{NameOf(outer)}.{type.Name}" : type.Name;

    private static int LinesOf(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Sum(static reference =>
    {
        var span = reference.SyntaxTree.GetLineSpan(reference.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    });

    // An option is no state: what sets it once reads it, and OptionsTests bounds how many a type has. A field is, and a property that can be set again.
    private static IEnumerable<ITypeSymbol> StateOf(INamedTypeSymbol type) =>
        from member in type.GetMembers()
        where !member.IsStatic && !(type.IsRecord && member is IFieldSymbol { AssociatedSymbol: IPropertySymbol })
        select member switch
        {
            IFieldSymbol { IsImplicitlyDeclared: false, IsConst: false } field => field.Type,
            IFieldSymbol { AssociatedSymbol: IPropertySymbol { SetMethod: { IsInitOnly: false } } } field => field.Type,
            _ => null,
        }
        into state
        where state is not null
        select state;
}
