using System.Reflection;

namespace Net.Async.Tests;

/// <summary>The tests of some assemblies that may skip, and those that do here.</summary>
public sealed class SkipList(params IEnumerable<Assembly> assemblies)
{
    private readonly (MethodInfo Method, FactAttribute Fact)[] _facts =
    [
        .. from assembly in assemblies
           from type in assembly.GetTypes()
           from method in type.GetMethods()
           let fact = method.GetCustomAttribute<FactAttribute>()
           where fact is not null
           select (method, fact),
    ];

    /// <summary>Each test that may skip, and when, in a line of its own.</summary>
    public string MaySkip => string.Join('\n', _facts
        .Select(static test => (Name: NameOf(test.Method), When: test.Fact switch { LinuxFactAttribute fact => fact.SkippedWhen, LinuxTheoryAttribute => LinuxTheoryAttribute.SkippedWhen, var fact => fact.Skip }))
        .Where(static test => test.When is not null)
        .Select(static test => $"{test.Name}: {test.When}")
        .Order(StringComparer.Ordinal));

    /// <summary>As root, where .ci/run installs what is missing, no test may skip; by hand, a program that is not there is a reason to.</summary>
    public void AssertNoneSkipsAsRoot()
    {
        if (Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Empty(_facts.Where(static test => test.Fact.Skip is not null).Select(static test => $"{NameOf(test.Method)}: {test.Fact.Skip}"));
    }

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.FullName!["Net.Async.Tests.".Length..]}.{method.Name}";
}
