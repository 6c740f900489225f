using System.Reflection;

namespace Net.Async.Tests;

/// <summary>The assemblies with tests: those that open something, one at a time, and those that open nothing, in parallel.</summary>
internal static class TestAssemblies
{
    public static IReadOnlyList<Assembly> All { get; } = [typeof(TestAssemblies).Assembly, typeof(Verifier).Assembly];
}
