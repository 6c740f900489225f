using System.Reflection;

namespace Net.Async.Tests;

/// <summary>Which tests may skip, and when: a list that only grows on purpose.</summary>
public class SkipsTests
{
    private static readonly (MethodInfo Method, FactAttribute Fact)[] s_facts =
    [
        .. from assembly in TestAssemblies.All
           from type in assembly.GetTypes()
           from method in type.GetMethods()
           let fact = method.GetCustomAttribute<FactAttribute>()
           where fact is not null
           select (method, fact),
    ];

    [Fact]
    public Task Tests_ThatMaySkip_AreAsVerified() => Verifier.Verify(string.Join('\n', s_facts
        .Select(static test => (Name: NameOf(test.Method), When: test.Fact switch { LinuxFactAttribute fact => fact.SkippedWhen, LinuxTheoryAttribute => LinuxTheoryAttribute.SkippedWhen, var fact => fact.Skip }))
        .Where(static test => test.When is not null)
        .Select(static test => $"{test.Name}: {test.When}")
        .Order(StringComparer.Ordinal)));

    // .ci/run installs what is missing; by hand, a program that is not there is a reason to skip.
    [LinuxFact]
    public void Tests_AsRootOnLinux_SkipNone()
    {
        if (Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Empty(s_facts.Where(static test => test.Fact.Skip is not null).Select(static test => $"{NameOf(test.Method)}: {test.Fact.Skip}"));
    }

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.FullName!["Net.Async.Tests.".Length..]}.{method.Name}";
}
