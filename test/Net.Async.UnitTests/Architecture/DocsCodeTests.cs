using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Net.Async.Tests;

/// <summary>The code in the pages compiles: a block that is a class as it is, each other one as the body of a method that has a connection and a token.</summary>
public partial class DocsCodeTests
{
    private const string Usings = """
        using System.Buffers;
        using System.Collections.Concurrent;
        using System.IO.Pipelines;
        using System.Net;
        using System.Net.Security;
        using System.Net.Sockets;
        using System.Runtime.InteropServices;
        using System.Text;
        using Net.Async;
        using Net.Async.Testing;

        """;

    private static readonly Lazy<MetadataReference[]> s_references = new(static () => [Sources.Core.ToMetadataReference(), Sources.Testing.ToMetadataReference()]);

    [Theory]
    [InlineData("connections.md")]
    [InlineData("connecting.md")]
    [InlineData("serving.md")]
    [InlineData("policies.md")]
    [InlineData("testing.md")]
    [InlineData("transports.md")]
    public void Page_EveryBlock_Compiles(string page)
    {
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", page)));
        Assert.NotEmpty(blocks);
        Sources.Compile("Page", blocks.Select(static (block, i) => ($"Block{i}.cs", AFile(i, block.Groups[1].Value))), s_references.Value);
    }

    [Fact]
    public void Compile_BlockWithAMistake_Fails() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Sources.Compile("Page", [("Block0.cs", InAMethod(0, "await connection.NoSuchThing();"))], s_references.Value));

    /// <summary>The first block under a heading, as a method to run: a connection, a connector, a server and a token.</summary>
    internal static MethodInfo Program(string page, string heading)
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", page));
        var code = Block().Match(text, text.IndexOf($"## {heading}\n", StringComparison.Ordinal)).Groups[1].Value;
        using var program = new MemoryStream();
        var library = MetadataReference.CreateFromFile(typeof(Connection).Assembly.Location);
        var testing = MetadataReference.CreateFromFile(typeof(Net.Async.Testing.MemoryNetwork).Assembly.Location);
        var emitted = Sources.Compile("Program", [("Block0.cs", InAMethod(0, code))], library, testing).Emit(program);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return Assembly.Load(program.ToArray()).GetType("Block0")!.GetMethod("RunAsync")!;
    }

    private static string AFile(int number, string code) => code.StartsWith("internal ", StringComparison.Ordinal) ? Usings + code : InAMethod(number, code);

    // What a block makes itself it is not given; what it assumes from the block before it, it is.
    private static string InAMethod(int number, string code)
    {
        string[] given = ["Connection connection", "HappyEyeballsConnector connector", "Server server", "CancellationToken cancellationToken"];
        return $$"""
            {{Usings}}
            internal static class Block{{number}}
            {
                public static async Task RunAsync({{string.Join(", ", given.Where(parameter => !code.Contains($"var {parameter.Split(' ')[1]} ", StringComparison.Ordinal)))}})
                {
                    await Task.Yield();
                    {{code}}
                }
            }
            """;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
