using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The names of servers and block lists: each is a part of a path in the configuration.</summary>
internal static class ServiceNames
{
    public static void Check(string? value, string what, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        if (value.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException($"'{value}' is no name of a {what}: a colon divides the paths of the configuration.", name);
    }
}
