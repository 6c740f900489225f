using System.Text;
using Microsoft.CodeAnalysis;

namespace Net.Async.Tests;

/// <summary>Writes what users of an assembly can see, a line a member, sorted, so that a diff shows what was added or taken away.</summary>
/// <remarks>What the compiler adds to records and enums is left out, constructors excepted: it follows from the header.</remarks>
internal static class PublicApi
{
    private static readonly SymbolDisplayFormat s_type = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_member = s_type
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeModifiers | SymbolDisplayParameterOptions.IncludeExtensionThis)
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral);

    public static string Describe(Compilation compilation)
    {
        var text = new StringBuilder();
        foreach (var type in VisibleTypes(compilation).OrderBy(static type => type.ToDisplayString(s_type), StringComparer.Ordinal))
            Append(text, type, "");
        return text.ToString();
    }

    /// <summary>The types that users see, without those inside other types.</summary>
    public static IEnumerable<INamedTypeSymbol> VisibleTypes(Compilation compilation) => AllTypes(compilation.Assembly.GlobalNamespace).Where(IsVisible);

    private static void Append(StringBuilder text, INamedTypeSymbol type, string indent)
    {
        text.Append(indent).Append(Header(type)).Append('\n');
        indent += "    ";
        foreach (var line in type.GetMembers().Where(IsVisible).Where(IsWritten)
            .OrderBy(static member => member.Name, StringComparer.Ordinal).ThenBy(Line, StringComparer.Ordinal).Select(Line))
            text.Append(indent).Append(line).Append('\n');
        foreach (var nested in type.GetTypeMembers().Where(IsVisible).OrderBy(Header, StringComparer.Ordinal))
            Append(text, nested, indent);
        if (indent.Length == 4)
            text.Append('\n');
    }

    private static IEnumerable<INamedTypeSymbol> AllTypes(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(AllTypes));

    public static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        || symbol is INamedTypeSymbol { TypeKind: TypeKind.Extension };

    private static bool IsWritten(ISymbol member) => member switch
    {
        INamedTypeSymbol => false,
        // A base record's copy constructor is for the compiler; every other constructor is a door.
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor =>
            !constructor.IsImplicitlyDeclared || (constructor.ContainingType.TypeKind == TypeKind.Class && constructor.Parameters.Length == 0),
        IMethodSymbol method => !method.IsImplicitlyDeclared && method.MethodKind is MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion,
        _ => !member.IsImplicitlyDeclared || IsOfPrimaryConstructor(member),
    };

    private static bool IsOfPrimaryConstructor(ISymbol member) => member is IPropertySymbol { ContainingType.IsRecord: true, Name: not "EqualityContract" };

    private static string Line(ISymbol member) =>
        (member.DeclaredAccessibility == Accessibility.Public ? "" : "protected ")
        + (member is IEventSymbol ? "event " : "")
        + member.ToDisplayString(member.ContainingType.TypeKind == TypeKind.Enum ? s_member.WithMemberOptions(SymbolDisplayMemberOptions.IncludeConstantValue) : s_member)
        + Accessors(member);

    private static string Accessors(ISymbol member) => member is IPropertySymbol property
        ? $" {{ {Accessor(property, property.GetMethod, "get")}{Accessor(property, property.SetMethod, property.SetMethod?.IsInitOnly == true ? "init" : "set")}}}"
        : "";

    private static string Accessor(IPropertySymbol property, IMethodSymbol? accessor, string keyword) => accessor is null || !IsVisible(accessor) ? ""
        : accessor.DeclaredAccessibility == property.DeclaredAccessibility ? keyword + "; " : $"protected {keyword}; ";

    private static string Header(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Extension)
            return $"extension({type.ExtensionParameter!.ToDisplayString(s_member)})";
        string?[] words =
        [
            type.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == nameof(FlagsAttribute)) ? "[Flags]" : null,
            type.IsStatic ? "static" : type is { IsAbstract: true, TypeKind: TypeKind.Class } ? "abstract" : type is { IsSealed: true, TypeKind: TypeKind.Class } ? "sealed" : null,
            type is { IsReadOnly: true } ? "readonly" : null,
            type.IsRecord ? "record" : null,
            type.TypeKind == TypeKind.Class && type.IsRecord ? null : type.TypeKind.ToString().ToLowerInvariant(),
            type.ContainingType is null ? $"{type.ContainingNamespace}.{type.ToDisplayString(s_type)}" : type.Name,
        ];
        var bases = type.TypeKind is TypeKind.Enum or TypeKind.Delegate ? [] : Bases(type);
        return string.Join(' ', words.OfType<string>()) + (bases.Length == 0 ? "" : " : " + string.Join(", ", bases));
    }

    private static string[] Bases(INamedTypeSymbol type) =>
    [
        .. type.BaseType is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) } baseType ? [baseType.ToDisplayString(s_type)] : Array.Empty<string>(),
        // IEquatable of a record follows from its being one.
        .. type.Interfaces.Where(face => face.DeclaredAccessibility == Accessibility.Public && !(type.IsRecord && face.Name == "IEquatable"))
            .Select(static face => face.ToDisplayString(s_type)).Order(StringComparer.Ordinal),
    ];
}
