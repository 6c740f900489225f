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
        using Polly;
        using Polly.Retry;

        """;

    private static readonly Lazy<MetadataReference[]> s_references = new(static () =>
    [
        Sources.Core.ToMetadataReference(), Sources.Testing.ToMetadataReference(), Sources.Dns.ToMetadataReference(), Sources.Resilience.ToMetadataReference(),
        MetadataReference.CreateFromFile(typeof(Polly.ResiliencePipeline).Assembly.Location),
    ]);

    [Theory]
    [InlineData("block-lists.md")]
    [InlineData("connections.md")]
    [InlineData("connecting.md")]
    [InlineData("dns.md")]
    [InlineData("handles.md")]
    [InlineData("resilience.md")]
    [InlineData("serving.md")]
    [InlineData("policies.md")]
    [InlineData("proxies.md")]
    [InlineData("proxy-protocol.md")]
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

    [Fact]
    public void Pages_WithCode_AreCompiledHereOrRun()
    {
        var compiled = GetType().GetMethod(nameof(Page_EveryBlock_Compiles))!.GetCustomAttributes<InlineDataAttribute>().Select(static data => (string)data.GetData(null!).Single()[0]).ToArray();
        // Those of hosts are compiled by the tests that have ASP.NET Core, and Orleans.
        var pages = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md").Where(static page => $"docs/{Path.GetFileName(page)}" is var name && !Loopback.PagePrograms.IsOfHosts(name) && !Loopback.PagePrograms.IsOfOrleans(name)).Where(static page => Block().Matches(File.ReadAllText(page)).Any(static block => !IsProgram(block.Groups[1].Value)));

        Assert.All(pages, page => Assert.Contains(Path.GetFileName(page), compiled));
    }

    /// <summary>Runs the first block under a heading, with a server and a token.</summary>
    internal static Task RunAsync(string page, string heading, Server server, CancellationToken cancellationToken)
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", page));
        var code = Block().Match(text, text.IndexOf($"## {heading}\n", StringComparison.Ordinal)).Groups[1].Value;
        using var program = new MemoryStream();
        MetadataReference[] references = [.. new[] { typeof(Connection), typeof(Net.Async.Testing.MemoryNetwork), typeof(Polly.ResiliencePipeline) }.Select(static type => MetadataReference.CreateFromFile(type.Assembly.Location))];
        var emitted = Sources.Compile("Program", [("Block0.cs", InAMethod(0, code))], references).Emit(program, cancellationToken: cancellationToken);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        var method = Assembly.Load(program.ToArray()).GetType("Block0")!.GetMethod("RunAsync")!;
        object?[] given = [.. method.GetParameters().Select(parameter => parameter.Name switch { "server" => (object?)server, "cancellationToken" => cancellationToken, _ => null })];
        return (Task)method.Invoke(null, given)!;
    }

    // A whole program is run, with what it prints: PageProgramsTests.
    private static bool IsProgram(string code) => Regex.IsMatch(code, "^using Net.Async;$", RegexOptions.Multiline);

    private static string AFile(int number, string code) => code.StartsWith("internal ", StringComparison.Ordinal) ? Usings + code : InAMethod(number, code);

    // What a block makes itself it is not given; what it assumes from the block before it, it is.
    private static string InAMethod(int number, string code)
    {
        string[] given = ["Connection connection", "HappyEyeballsConnector connector", "Server server", "CancellationToken cancellationToken", "Socket socket", "HandleChannel channel", "ReadOnlyMemory<byte> payload", "BlockList list"];
        return $$"""
            {{Usings}}
            internal static class Block{{number}}
            {
                public static async Task RunAsync({{string.Join(", ", given.Where(parameter => !code.Contains($" {parameter.Split(' ')[1]} = ", StringComparison.Ordinal)))}})
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
