using System.Collections.Concurrent;
using System.Reflection;

namespace Net.Async.Tests.Kestrel;

/// <summary>Every object that can be reached from one through fields, as the collector reaches it; statics and handles are not followed.</summary>
internal sealed class ReachableObjects
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_fields = [];

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<object> _open = new();

    private ReachableObjects()
    {
    }

    public static IReadOnlyCollection<object> From(object root)
    {
        var objects = new ReachableObjects();
        objects.Add(root);
        while (objects._open.TryPop(out var next))
            objects.Follow(next);
        return objects._seen;
    }

    private void Add(object? value)
    {
        if (value is null or string or Type or Pointer || !_seen.Add(value))
            return;
        _open.Push(value);
    }

    private void Follow(object value)
    {
        if (value is Array array)
        {
            if (HoldsReferences(array.GetType().GetElementType()!))
            {
                foreach (var element in array)
                    Add(element);
            }

            return;
        }

        foreach (var field in FieldsOf(value.GetType()))
            Add(field.GetValue(value));
    }

    // A struct is boxed by the reflection and followed as an object of its own.
    private static FieldInfo[] FieldsOf(Type type) => s_fields.GetOrAdd(type, static type =>
    {
        var fields = new List<FieldInfo>();
        for (var part = type; part is not null; part = part.BaseType)
            fields.AddRange(part.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(static field => HoldsReferences(field.FieldType)));
        return [.. fields];
    });

    private static bool HoldsReferences(Type type) => !type.IsPointer && !type.IsFunctionPointer && !type.IsByRefLike && !type.IsPrimitive && !type.IsEnum &&
        (!type.IsValueType || FieldsOf(type) is not []);
}
