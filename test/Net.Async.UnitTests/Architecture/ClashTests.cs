using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Net.Async.Tests;

/// <summary>Programs use our names beside those of the framework, those of its next version included.</summary>
public class ClashTests
{
    // What System.Net of .NET 11 has beside that of .NET 10.
    private const string NextVersion = """
        namespace System.Net
        {
            public sealed class DnsResolver;
            public sealed class DnsResolverOptions;
            public sealed class DnsResult<T>;
            public enum DnsResponseCode;
            public struct AddressRecord;
            public struct SrvRecord;
            public struct MxRecord;
            public struct TxtRecord;
            public struct CNameRecord;
            public struct PtrRecord;
            public struct NsRecord;
        }

        namespace System.Net.Sockets
        {
            public enum ConnectAlgorithm { Default, Parallel }
        }
        """;

    private static readonly string[] s_usings =
        ["System", "System.Buffers", "System.IO", "System.IO.Pipelines", "System.Net", "System.Net.Http", "System.Net.Security", "System.Net.Sockets", "System.Threading", "System.Threading.Channels", "System.Threading.Tasks",
            "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Http", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Options"];

    // What the web SDK has every program use.
    private static readonly string[] s_webUsings =
        [.. s_usings, "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Server.Kestrel.Https"];

    [Fact]
    public void PublicTypes_UsedBesideTheFramework_AreNotAmbiguous() =>
        CompileWithEveryName(s_usings, [Sources.Core, Sources.Dns, Sources.Hosting, Sources.Resilience], Sources.Extensions);

    [Fact]
    public void PublicTypes_UsedInAWebProgram_AreNotAmbiguous() =>
        CompileWithEveryName(s_webUsings, [Sources.Core, Sources.AspNetCore, Sources.Dns, Sources.Hosting, Sources.Resilience], Sources.AspNetCoreFramework);

    private static void CompileWithEveryName(string[] usings, CSharpCompilation[] packages, IReadOnlyList<MetadataReference> references)
    {
        var names = packages.SelectMany(static package => package.Assembly.GlobalNamespace.GetNamespaceMembers().SelectMany(Types)).Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.Contains("DnsStubResolver", names);
        var program = string.Join('\n', usings.Append("Net.Async").Select(static name => $"using {name};"))
            + $"\ninternal static class Program\n{{\n    public static readonly Type[] All = [{string.Join(", ", names.Select(static name => $"typeof({name})"))}];\n}}\n";

        Sources.Compile("Program", [("Next.cs", NextVersion), ("Program.cs", program)], [.. packages.Select(static package => package.ToMetadataReference()), .. references]);
    }

    private static IEnumerable<string> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Where(static type => type is { DeclaredAccessibility: Accessibility.Public, Arity: 0 }).Select(static type => type.Name).Concat(space.GetNamespaceMembers().SelectMany(Types));
}
