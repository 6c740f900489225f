using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PublicDocs;

/// <summary>The types of an assembly that other assemblies can see, with the names of their visible members.</summary>
/// <remarks>Overloads are told apart by nothing: an internal overload of a public method is taken as visible.</remarks>
internal sealed class VisibleMembers
{
    private readonly Dictionary<string, HashSet<string>> _types = [];

    public VisibleMembers(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.TypeDefinitions)
        {
            if (NameOf(metadata, handle) is { } name)
                _types[name] = Members(metadata, metadata.GetTypeDefinition(handle));
        }
    }

    /// <summary>Whether a documentation id, such as <c>M:Net.Async.Server.Start</c>, is of a visible type or member.</summary>
    public bool Contains(string id)
    {
        var name = id[2..].Split('(')[0];
        if (id[0] == 'T')
            return _types.ContainsKey(name);
        var dot = name.LastIndexOf('.');
        var member = name[(dot + 1)..].Split('`')[0];
        return dot > 0 && _types.TryGetValue(name[..dot], out var members) && members.Contains(member == "#ctor" ? ".ctor" : member);
    }

    private static string? NameOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var name = metadata.GetString(type.Name);
        var visibility = type.Attributes & TypeAttributes.VisibilityMask;
        if (type.GetDeclaringType() is { IsNil: false } outer)
            return visibility is TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem && NameOf(metadata, outer) is { } prefix ? $"{prefix}.{name}" : null;
        return visibility == TypeAttributes.Public ? $"{metadata.GetString(type.Namespace)}.{name}" : null;
    }

    private static HashSet<string> Members(MetadataReader metadata, TypeDefinition type)
    {
        var names = new HashSet<string>();
        foreach (var handle in type.GetMethods())
        {
            var method = metadata.GetMethodDefinition(handle);
            var name = metadata.GetString(method.Name);
            if (!IsVisible(method.Attributes))
                continue;
            names.Add(name);
            if (name.Split('_', 2) is ["get" or "set" or "add" or "remove", var of])
                names.Add(of);
        }

        foreach (var handle in type.GetFields())
        {
            var field = metadata.GetFieldDefinition(handle);
            if (IsVisible((MethodAttributes)field.Attributes))
                names.Add(metadata.GetString(field.Name));
        }

        return names;
    }

    // Methods and fields have the same bits for their visibility.
    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;
}
