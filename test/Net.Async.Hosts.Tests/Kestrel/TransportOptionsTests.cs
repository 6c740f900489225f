using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Net.Async.Tests.Kestrel;

/// <summary>Options of the transport: copied, and not looked at again.</summary>
public class TransportOptionsTests : LeakCheck
{
    [Fact]
    public async Task Options_ChangedWhileTheApplicationRuns_HaveNoEffect()
    {
        await using var web = await TestWeb.StartAsync(static builder =>
        {
            builder.WebHost.UseNetAsync();
            TestWeb.Listening(static _ => { })(builder);
        });
        var list = new BlockList();
        list.AddAddress("127.0.0.1");

        var options = web.Services.GetRequiredService<IOptions<NetAsyncTransportOptions>>().Value;
        options.Server.Policy = list;
        options.Server.MaxConnections = 0;

        using var client = new HttpClient();
        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://{web.EndPoint}/")).Soon());
    }

    [Fact]
    public async Task Options_OfTheApplication_AreNotChangedByTheTransport()
    {
        await using var web = await TestWeb.StartAsync(static builder =>
        {
            builder.WebHost.UseNetAsync();
            TestWeb.Listening(static _ => { })(builder);
        });

        var buffers = web.Services.GetRequiredService<IOptions<NetAsyncTransportOptions>>().Value.Server.Connection.Buffers;

        Assert.Equal(new BufferOptions(), buffers);
    }

    [Fact]
    public void With_EveryProperty_IsACopyWithChildrenOfItsOwn()
    {
        var options = new NetAsyncTransportOptions { Server = new() { MaxConnections = 3 }, Connect = new() { ConnectTimeout = TimeSpan.FromSeconds(3) }, Bind = static _ => null };

        var copy = options with { };
        var changed = options with { Server = new() { MaxConnections = 4 } };
        options.Server.MaxConnections = 5;
        options.Connect.ConnectTimeout = TimeSpan.FromSeconds(5);

        Assert.Equal((3, TimeSpan.FromSeconds(3)), (copy.Server.MaxConnections, copy.Connect.ConnectTimeout));
        Assert.Equal((4, TimeSpan.FromSeconds(3)), (changed.Server.MaxConnections, changed.Connect.ConnectTimeout));
        Assert.Same(options.Bind, copy.Bind);
    }

    [Fact]
    public void Options_NullForAPart_IsAnArgumentError()
    {
        var options = new NetAsyncTransportOptions();

        Assert.Equal("Server", Assert.Throws<ArgumentNullException>(() => options.Server = null!).ParamName);
        Assert.Equal("Connect", Assert.Throws<ArgumentNullException>(() => options.Connect = null!).ParamName);
        options.Bind = null;
    }
}
