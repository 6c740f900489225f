using System.Reflection;
using Xunit.Sdk;

namespace Net.Async.Tests.Io;

/// <summary>Runs a theory once on each engine that this machine can carry; the first argument is the engine's name, the given ones follow.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EnginesAttribute(params object[] arguments) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Engines.Names.Select(name => (object[])[name, .. arguments]);
}

/// <summary>The engines by name, and the options that choose one.</summary>
internal static class Engines
{
    private static readonly Dictionary<string, IoEngine> s_all = Make();

    public static IReadOnlyList<string> Names { get; } = [.. s_all.Keys];

    public static IoEngine Get(string name) => s_all[name];

    /// <summary>A connection of this engine.</summary>
    public static ConnectionOptions On(string name) => new ConnectionOptions { Engine = Get(name) };

    /// <summary>A server of this engine.</summary>
    public static ServerOptions Serving(string name) => new ServerOptions { Connection = On(name) };

    /// <summary>A connector of this engine.</summary>
    public static HappyEyeballsOptions Connecting(string name) => new HappyEyeballsOptions { Connection = On(name) };

    private static Dictionary<string, IoEngine> Make()
    {
        var all = new Dictionary<string, IoEngine> { ["managed"] = new ManagedEngine() };
        if (ReactorProbe.Obstacle() is null)
            all["reactor"] = new ReactorEngine();
        return all;
    }
}
