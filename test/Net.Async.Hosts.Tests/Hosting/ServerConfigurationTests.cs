using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Net.Async.Tests.Options;

namespace Net.Async.Tests.Hosting;

/// <summary>Every value that a text can say comes from the server's section, and a wrong one is one message with its path.</summary>
public sealed class ServerConfigurationTests : LeakCheck
{
    [Fact]
    public void Section_EveryValueOfTheOptions_IsRead()
    {
        var expected = (ServerOptions)OptionsTypes.Changed(typeof(ServerOptions));
        var values = new List<(string, string?)> { ("Servers:echo:EndPoint", "127.0.0.1:0") };
        Flatten("Servers:echo", expected, values);
        using var provider = Services(values, static services => services.AddServer("echo", TestHost.Echo));

        var options = provider.GetRequiredService<IOptionsMonitor<ServerOptions>>().Get("echo");

        var read = new List<(string, string?)>();
        Flatten("Servers:echo", options, read);
        Assert.Equal(values.Skip(1), read);
        Assert.True(read.Count > 40, $"{read.Count} values");
    }

    [Fact]
    public void Section_EveryValueOfAHostedBlockList_IsRead()
    {
        var expected = (HostedBlockListOptions)OptionsTypes.Changed(typeof(HostedBlockListOptions));
        var values = new List<(string, string?)>();
        Flatten("BlockLists:bad", expected, values);
        using var provider = Services(values, static services => services.AddBlockList("bad", "/no/such/file"));

        var options = provider.GetRequiredService<IOptionsMonitor<HostedBlockListOptions>>().Get("bad");

        var read = new List<(string, string?)>();
        Flatten("BlockLists:bad", options, read);
        Assert.Equal(values, read);
        Assert.True(read.Count > 12, $"{read.Count} values");
    }

    [Fact]
    public void Section_OptionsOfTheSetUp_AreUnderIt()
    {
        using var provider = Services([("Servers:echo:MaxConnections", "5"), ("Servers:echo:Limits:AcceptsPerSecond", "")],
            static services => services.AddServer("echo", "127.0.0.1:0", TestHost.Echo).UsePublicLimits().Configure(static options => options.MaxHandlers = 7));

        var options = provider.GetRequiredService<IOptionsMonitor<ServerOptions>>().Get("echo");

        Assert.Equal((5, 7, null, 100, TimeSpan.FromSeconds(30)), (options.MaxConnections, options.MaxHandlers, options.Limits.AcceptsPerSecond, options.Limits.ConnectionsPerIPv4Address, options.Stop.Timeout));
        Assert.Null(provider.GetRequiredService<IOptionsMonitor<ServerOptions>>().Get("other").MaxConnections);
    }

    [Theory]
    [InlineData("MaxConnections", "many", "Servers:echo:MaxConnections is 'many': it must be a whole number.")]
    [InlineData("MaxConnections", "-1", "Servers:echo:MaxConnections is '-1': MaxConnections must be null for no limit, or at least 0.")]
    [InlineData("MaxHandlers", "", "Servers:echo:MaxHandlers is '': it must be a whole number.")]
    [InlineData("Listener:Backlog", "0", "Servers:echo:Listener:Backlog is '0': Backlog must be at least 1.")]
    [InlineData("Stop:Timeout", "30", "Servers:echo:Stop:Timeout is '30': it must be a time as in 00:00:30 (hours, minutes, seconds).")]
    [InlineData("Stop:Timeout", "-00:00:01", "Servers:echo:Stop:Timeout is '-00:00:01': Timeout must be 1 ms to one day.")]
    [InlineData("Limits:FullMode", "1", "Servers:echo:Limits:FullMode is '1': it must be Drop or Wait.")]
    [InlineData("Listener:UnixFileMode", "0999", "Servers:echo:Listener:UnixFileMode is '0999': it must be permissions, as in 0660 (octal) or UserRead, UserWrite.")]
    [InlineData("Connection:Tcp:NoDelay", "yes", "Servers:echo:Connection:Tcp:NoDelay is 'yes': it must be true or false.")]
    [InlineData("Connection:Tcp:TypeOfService", "256", "Servers:echo:Connection:Tcp:TypeOfService is '256': it must be a whole number from 0 to 255.")]
    [InlineData("Connection:Limits:MinSendRate:BytesPerSecond", "100", "Servers:echo:Connection:Limits:MinSendRate: BytesPerSecond and GracePeriod must both be set.")]
    [InlineData("Limits", "5", "Servers:echo:Limits is '5': it has keys of its own, and no value.")]
    [InlineData("EndPoint", "127.0.0.1", "Servers:echo:EndPoint is '127.0.0.1': '127.0.0.1' is not an end point: the port is missing, as in 127.0.0.1:8124.")]
    [InlineData("EndPoints:0", "systemd:", "Servers:echo:EndPoints:0 is 'systemd:': 'systemd:' is not an end point: the name of the socket is missing, as in systemd:web.")]
    [InlineData("Stop:Time", "00:00:01", "Servers:echo:Stop:Time is no setting; there are Timeout.")]
    public async Task Start_WrongValue_IsOneMessageWithItsPath(string key, string value, string message)
    {
        await using var host = TestHost.Build(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo), ("Servers:echo:" + key, value));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync()).Soon();

        Assert.Equal(message, error.Message);
        Assert.Equal(HostedServerStatus.NotStarted, host.Hosted("echo").Status);
    }

    [Fact]
    public async Task Start_SectionsThatNoServerReads_AreWarnings()
    {
        await using var host = await TestHost.StartAsync(static builder =>
        {
            builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo);
            builder.Services.AddServer("deep", "127.0.0.1:0", TestHost.Echo).UseConfigurationSection("Servers:of:mine");
        }, ("servers:ECHO:MaxHandlers", "5"), ("Servers:of:mine:MaxHandlers", "6"), ("Servers:ecko:MaxHandlers", "7"), ("Servers:offer", "8"));

        var records = host.Log.OfCategory("Net.Async.Server");
        Assert.Equal(["ecko", "offer"], records.Select(static record => record.Message.Split(' ')[5].Split(':')[1]));
        Assert.All(records, static record => Assert.Equal((LogLevel.Warning, 22), (record.Level, record.Id.Id)));
        Assert.Equal("No server reads the section Servers:ecko of the configuration; the servers read Servers:echo, Servers:of:mine.", records[0].Message);
    }

    [Fact]
    public async Task Start_SeveralWrongValues_AreAllNamed()
    {
        await using var host = TestHost.Build(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo), ("Servers:echo:MaxConnection", "5"), ("Servers:echo:MaxHandlers", "0"));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync()).Soon();

        Assert.Equal(2, error.Failures.Count());
        Assert.Contains("Servers:echo:MaxConnection is no setting; there are Connection, DenyWithReset, EndPoint, EndPoints,", error.Message, StringComparison.Ordinal);
        Assert.Contains("Servers:echo:MaxHandlers is '0': MaxHandlers must be at least 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_EndPointsOfTheConfiguration_ComeInsteadOfTheCode()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("echo", "203.0.113.1:1", TestHost.Echo),
            ("Servers:echo:EndPoints:0", "127.0.0.1:0"), ("Servers:echo:EndPoints:1", "127.0.0.3:0"));

        Assert.Equal(["127.0.0.1", "127.0.0.3"], host.Server("echo").LocalEndPoints.Cast<IPEndPoint>().Select(static endPoint => endPoint.Address.ToString()));
    }

    [Fact]
    public async Task Start_SectionOfAnotherName_IsRead()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("echo", TestHost.Echo).UseConfigurationSection("Network:Echo"), ("Network:Echo:EndPoint", "127.0.0.1:0"));

        Assert.True(host.Server("echo").IsListening);
    }

    [Theory]
    [InlineData("0660", (UnixFileMode)0b110110000)]
    [InlineData("600", UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData("UserRead, GroupRead", UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    public void Mode_OctalAndNames_AreRead(string text, UnixFileMode mode)
    {
        Assert.True(ValueTexts.Mode.TryRead(text, out var read));
        Assert.Equal(mode, read);
    }

    private static ServiceProvider Services(IReadOnlyList<(string, string?)> values, Action<IServiceCollection> setUp)
    {
        var services = new ServiceCollection();
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Add(new ChangingConfiguration([.. values])).Build());
        setUp(services);
        return services.BuildServiceProvider();
    }

    private static void Flatten(string path, object options, List<(string, string?)> values)
    {
        foreach (var property in OptionsTypes.Properties(options.GetType()))
        {
            var value = property.GetValue(options);
            // A certificate with its key is code's to set.
            if (value is TlsServerOptions)
                continue;
            if (value is not null && (OptionsTypes.IsOptions(value.GetType()) || value is MinDataRate))
                Flatten($"{path}:{property.Name}", value, values);
            else if (value is IReadOnlyList<string> texts)
                values.AddRange(texts.Select((text, i) => ($"{path}:{property.Name}:{i}", (string?)text)));
            else if (OptionsTypes.Text(value) is { } text)
                values.Add(($"{path}:{property.Name}", text));
        }
    }
}
