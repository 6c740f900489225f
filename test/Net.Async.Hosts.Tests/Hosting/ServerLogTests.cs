using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Hosting;

/// <summary>What happens at a server is in the log, with numbers that never change, and no observer is lost.</summary>
public sealed partial class ServerLogTests : LeakCheck
{
    [Fact]
    public async Task Log_AConnectionAndAStop_IsInOrder()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo));
        await using (var client = await host.ConnectAsync("echo").Soon())
        {
            await client.WriteLineAsync("hello");
            await client.ReadLineAsync().Soon();
        }

        await Eventually.IsAsync(() => host.Log.Of("echo").Any(static record => record.Id.Id == 4), "the close");
        await host.Host.StopAsync().Soon();

        Assert.Equal([1, 3, 4, 2, 14, 15], host.Log.Of("echo").Select(static record => record.Id.Id));
        Assert.Equal($"Listening on {NetEndPoint.Format(host.Server("echo").LocalEndPoint)}.", host.Log.Of("echo")[0].Message);
        Assert.EndsWith("orderly; 6 bytes read, 6 written.", host.Log.Of("echo")[2].Message, StringComparison.Ordinal);
        Assert.Equal("Stopped: 0 connections finished, 0 were aborted.", host.Log.Of("echo")[^1].Message);
    }

    [Fact]
    public async Task Log_HandlerThrows_IsAnErrorWithTheException()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("bad", "127.0.0.1:0", static (_, _) => throw new NotSupportedException("no")));
        await host.TouchAsync("bad");

        await Eventually.IsAsync(() => host.Log.Of("bad").Any(static record => record is { Level: LogLevel.Error, Id.Id: 10, Exception: NotSupportedException }), "the error");
    }

    [Fact]
    public async Task Log_PeerResets_IsNoError()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", static async (connection, _) =>
        {
            while (await connection.ReadLineAsync(CancellationToken.None) is not null)
            {
            }
        }));
        var client = await host.ConnectAsync("echo").Soon();
        await client.WriteLineAsync("hello");
        client.Abort();
        await client.DisposeAsync();

        await Eventually.IsAsync(() => host.Log.Of("echo").Any(static record => record.Id.Id == 9), "the message");
        Assert.DoesNotContain(host.Log.Of("echo"), static record => record.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Log_ManyDenied_IsOneWarningAndItsRestAtTheStop()
    {
        await using var host = await TestHost.StartAsync(static builder =>
        {
            var list = new BlockList();
            list.AddAddress("127.0.0.1");
            builder.Services.AddServer("closed", "127.0.0.1:0", TestHost.Echo).UsePolicy(list);
        });
        for (var i = 0; i < 20; i++)
            await host.TouchAsync("closed");
        await Eventually.IsAsync(() => host.Server("closed").Denied == 20, "20 denials");

        Assert.Equal("Clients were turned away since the last message of this kind: 1 by the policy, 0 by a limit, 0 by a failed upgrade.", host.Log.Of("closed").Single(static record => record.Id.Id == 11).Message);
        await host.Host.StopAsync().Soon();

        Assert.Equal("Clients were turned away since the last message of this kind: 19 by the policy, 0 by a limit, 0 by a failed upgrade.", host.Log.Of("closed").Last(static record => record.Id.Id == 11).Message);
    }

    [Fact]
    public async Task Observers_OfOptionsAndBuilder_HearAllAlsoWhenOneThrows()
    {
        var (first, second) = (new Recording(), new Recording());
        await using var host = await TestHost.StartAsync(builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo)
            .Configure(options => options.Observer = new Throwing()).AddObserver(first).AddObserver(_ => second));
        await (await host.ConnectAsync("echo").Soon()).DisposeAsync();
        await Eventually.IsAsync(() => first.Heard.Contains("closed"), "the close");
        await host.Host.StopAsync().Soon();

        Assert.Equal(["listening", "accepted", "closed", "unbound", "stopping", "stopped"], first.Heard);
        Assert.Equal(first.Heard, second.Heard);
    }

    [Fact]
    public void Ids_OfEveryMessage_AreInThePage()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "hosting.md"));
        var documented = Row().Matches(page).ToDictionary(static row => int.Parse(row.Groups["id"].Value, null), static row => (row.Groups["level"].Value, row.Groups["name"].Value));

        var messages = typeof(HostedServer).Assembly.GetTypes().SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(static method => (method.Name, Attribute: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(static method => method.Attribute is not null)
            .ToDictionary(static method => method.Attribute!.EventId, static method => (method.Attribute!.Level.ToString(), method.Name));

        Assert.Equal(messages.OrderBy(static message => message.Key), documented.OrderBy(static row => row.Key));
    }

    [GeneratedRegex(@"^\| (?<id>\d+) \| (?<level>\w+) \| `(?<name>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    private sealed class Throwing : ServerObserver
    {
        public override void OnAccepted(Connection connection) => throw new InvalidOperationException("observer");

        public override void OnStopped(StopResult result) => throw new InvalidOperationException("observer");
    }

    private sealed class Recording : ServerObserver
    {
        public List<string> Heard { get; } = [];

        public override void OnListening(EndPoint endPoint) => Heard.Add("listening");

        public override void OnAccepted(Connection connection) => Heard.Add("accepted");

        public override void OnClosed(Connection connection) => Heard.Add("closed");

        public override void OnUnbound(EndPoint endPoint) => Heard.Add("unbound");

        public override void OnStopping() => Heard.Add("stopping");

        public override void OnStopped(StopResult result) => Heard.Add("stopped");
    }
}
