using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Hosting;

/// <summary>A configuration that changes reaches a server that runs as far as it can, and the rest is logged once.</summary>
public sealed class ServerReloadTests : LeakCheck
{
    [Fact]
    public async Task Reload_WhatAServerCanChange_IsChanged()
    {
        await using var host = await StartAsync(("Servers:echo:MaxConnections", "5"));
        Assert.Equal(5, host.Server("echo").MaxConnections);

        host.Configuration.Change(("Servers:echo:MaxConnections", "7"), ("Servers:echo:Limits:FullMode", "Wait"), ("Servers:echo:Listener:KeepProcessAlive", "true"));

        Assert.Equal((7, ServerFullMode.Wait, true), (host.Server("echo").MaxConnections, host.Server("echo").FullMode, host.Server("echo").KeepProcessAlive));
        Assert.Equal(3, host.Log.Of("echo").Count(static record => record.Id.Id == 18));
        Assert.DoesNotContain(host.Log.Of("echo"), static record => record.Id.Id == 19);

        host.Configuration.Remove("Servers:echo:MaxConnections");

        Assert.Null(host.Server("echo").MaxConnections);
    }

    [Fact]
    public async Task Reload_WhatNeedsARestart_IsLoggedOnce()
    {
        await using var host = await StartAsync(("Servers:echo:MaxConnections", "5"));

        host.Configuration.Change(("Servers:echo:Listener:Backlog", "77"));
        host.Configuration.Change(("Servers:echo:MaxConnections", "6"));
        host.Configuration.Change();

        var message = Assert.Single(host.Log.Of("echo"), static record => record.Id.Id == 19);
        Assert.Equal((LogLevel.Warning, "The configuration has changed, and takes effect with the next start: Servers:echo:Listener:Backlog."), (message.Level, message.Message));
        Assert.Equal(6, host.Server("echo").MaxConnections);

        host.Configuration.Change(("Servers:echo:Listener:Backlog", "78"));
        Assert.Equal(2, host.Log.Of("echo").Count(static record => record.Id.Id == 19));
    }

    [Fact]
    public async Task Reload_WrongValue_IsLoggedOnceAndNothingChanges()
    {
        await using var host = await StartAsync(("Servers:echo:MaxConnections", "5"));

        host.Configuration.Change(("Servers:echo:MaxConnections", "-3"), ("Servers:echo:Limits:FullMode", "Wait"));
        host.Configuration.Change();

        var message = Assert.Single(host.Log.Of("echo"), static record => record.Id.Id == 20);
        Assert.Equal("The configuration has changed and is wrong; the server keeps its settings. Servers:echo:MaxConnections is '-3': MaxConnections must be null for no limit, or at least 0.", message.Message);
        Assert.Equal((5, ServerFullMode.Drop), (host.Server("echo").MaxConnections, host.Server("echo").FullMode));

        host.Configuration.Change(("Servers:echo:MaxConnections", "9"));
        Assert.Equal((9, ServerFullMode.Wait), (host.Server("echo").MaxConnections, host.Server("echo").FullMode));
    }

    [Fact]
    public async Task Reload_AChangeElsewhere_LeavesWhatCodeHasSet()
    {
        await using var host = await StartAsync(("Servers:echo:MaxConnections", "5"));
        host.Server("echo").MaxConnections = 11;

        host.Configuration.Change(("Logging:LogLevel:Default", "Debug"));

        Assert.Equal(11, host.Server("echo").MaxConnections);
        Assert.DoesNotContain(host.Log.Of("echo"), static record => record.Id.Id is >= 18 and <= 20);
    }

    [Fact]
    public async Task Reload_AfterTheStop_DoesNothing()
    {
        await using var host = await StartAsync(("Servers:echo:MaxConnections", "5"));
        await host.Host.StopAsync().Soon();

        host.Configuration.Change(("Servers:echo:MaxConnections", "7"));

        Assert.Equal(5, host.Server("echo").MaxConnections);
    }

    [Fact]
    public async Task Reload_RaisedLimitOfAServerThatWaits_LetsTheNextClientIn()
    {
        await using var host = await StartAsync(("Servers:echo:MaxConnections", "1"), ("Servers:echo:Limits:FullMode", "Wait"));
        await using var first = await host.ConnectAsync("echo").Soon();
        await first.WriteLineAsync("one");
        await first.ReadLineAsync().Soon();
        await using var second = await host.ConnectAsync("echo").Soon();
        await second.WriteLineAsync("two");
        var answer = second.ReadLineAsync().AsTask();
        Assert.False(answer.IsCompleted);

        host.Configuration.Change(("Servers:echo:MaxConnections", "2"));

        Assert.Equal("two", await answer.Soon());
    }

    private static Task<TestHost> StartAsync(params (string, string?)[] configuration) =>
        TestHost.StartAsync(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo), configuration);
}
