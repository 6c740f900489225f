using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Net.Async.Tests.Loopback;

/// <summary>The program of <c>docs/serving.md</c> that stops when it is told to, as a process.</summary>
public sealed partial class StopProgramTests : LeakCheck
{
    private const int MostLines = 15;
    private const int SigTerm = 15;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("net-async-");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [LinuxFact]
    public async Task Page_ProgramGetsSigterm_EndsItsIdleClientInOrderAndExits0()
    {
        var socket = Path.Combine(_directory.FullName, "socket");
        await using var program = Child.Start("dotnet", "exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "Net.Async.Tests.runtimeconfig.json"), Build("unix:" + socket));
        await using var client = await ConnectAsync(socket);
        await client.Output.WriteAsync("hello"u8.ToArray());
        var echo = await client.Input.ReadAtLeastAsync(5).Soon();
        client.Input.AdvanceTo(echo.Buffer.End);

        Assert.Equal(0, Kill(program.Id, SigTerm));

        var end = await client.Input.ReadAsync().Soon();
        Assert.True(end is { IsCompleted: true, Buffer.IsEmpty: true });
        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.False(File.Exists(socket));
    }

    [Fact]
    public void Page_Program_IsShort() => Assert.InRange(Code().Split('\n').Length, 1, MostLines);

    private static string Code() => Program().Match(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "serving.md"))).Groups[1].Value;

    // With an address of this test, since its port may be another program's.
    private string Build(string endPoint)
    {
        var code = Code().Replace("127.0.0.1:8124", endPoint, StringComparison.Ordinal);
        Assert.Contains(endPoint, code, StringComparison.Ordinal);
        var library = typeof(Server).Assembly.Location;
        File.Copy(library, Path.Combine(_directory.FullName, Path.GetFileName(library)));
        var compilation = Sources.Compile("Stops", [("Program.cs", $$"""
            using System.Runtime.InteropServices;
            using Net.Async;

            internal static class Program
            {
                private static async Task Main()
                {
                    {{code}}
                }
            }
            """)], MetadataReference.CreateFromFile(library));
        var file = Path.Combine(_directory.FullName, "Stops.dll");
        var emitted = compilation.WithOptions(compilation.Options.WithOutputKind(OutputKind.ConsoleApplication)).Emit(file);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return file;
    }

    // It listens once the runtime has started: until then there is no file, or no listener behind it.
    private static async Task<Connection> ConnectAsync(string socket)
    {
        Connection? client = null;
        await Eventually.IsAsync(() => File.Exists(socket), "the program listens");
        for (var started = Environment.TickCount64; client is null;)
        {
            try
            {
                client = await Connection.ConnectAsync(NetEndPoint.Parse("unix:" + socket));
            }
            catch (ConnectionException) when (Environment.TickCount64 - started < Eventually.Limit.TotalMilliseconds)
            {
                await Task.Yield();
            }
        }

        return client;
    }

    // The program, not one of the blocks that show a part.
    [GeneratedRegex(@"```csharp\n((?:(?!```).)*PosixSignal\.SIGTERM.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Program();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
