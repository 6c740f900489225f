using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Hosting;

/// <summary>A block list of the host is loaded first, kept up to date, and never replaced by a worse one.</summary>
public sealed class HostedBlockListTests : LeakCheck
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("net-async-");

    private int _rounds;

    private string ListPath => Path.Combine(_directory.FullName, "bad.txt");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task AddBlockList_File_IsLoadedBeforeTheServersAndDenies()
    {
        await File.WriteAllTextAsync(ListPath, "127.0.0.1\n192.0.2.0/24\n");
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddServer("closed", "127.0.0.1:0", TestHost.Echo).UseBlockList("bad");
            builder.Services.AddBlockList("bad", ListPath);
        });
        await host.TouchAsync("closed");

        await Eventually.IsAsync(() => host.Server("closed").Denied == 1, "the denial");
        Assert.True(List(host).Contains("192.0.2.7"));
        Assert.Same(List(host), host.Host.Services.GetRequiredKeyedService<ConnectionPolicy>("bad"));
        Assert.Same(List(host), Hosted(host).List);
    }

    [Fact]
    public async Task UseBlockList_NoSuchList_FailsTheStartWithBothNames()
    {
        await using var host = TestHost.Build(static builder => builder.Services.AddServer("closed", "127.0.0.1:0", TestHost.Echo).UseBlockList("bda"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Host.StartAsync()).Soon();

        Assert.Equal("The server 'closed' uses the block list 'bda', and there is none with this name: AddBlockList adds it.", error.Message);
    }

    [Fact]
    public async Task File_ThatChanges_IsLoadedAnew()
    {
        await File.WriteAllTextAsync(ListPath, "192.0.2.1\n");
        await using var host = await TestHost.StartAsync(builder => builder.Services.AddBlockList("bad", ListPath));

        await File.WriteAllTextAsync(ListPath, "192.0.2.1\n192.0.2.2\n");
        await Eventually.IsAsync(() => List(host).Contains("192.0.2.2"), "the change in place");

        var other = ListPath + ".new";
        await File.WriteAllTextAsync(other, "192.0.2.1\n192.0.2.3\n");
        File.Move(other, ListPath, overwrite: true);
        await Eventually.IsAsync(() => List(host).Contains("192.0.2.3"), "the replaced file");
    }

    [Fact]
    public async Task Start_FirstLoadingFails_FailsWithTheNameAndTheSource()
    {
        await using var host = TestHost.Build(builder =>
        {
            builder.Services.AddServer("closed", "127.0.0.1:0", TestHost.Echo).UseBlockList("bad");
            builder.Services.AddBlockList("bad", ListPath);
        });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Host.StartAsync()).Soon();

        Assert.StartsWith($"The block list 'bad' cannot be loaded from {ListPath}: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(HostedServerStatus.NotStarted, host.Hosted("closed").Status);
    }

    [Fact]
    public async Task StartEmpty_FirstLoadingFails_BeginsEmptyAndLoadsLater()
    {
        await using var host = await TestHost.StartAsync(builder => builder.Services.AddBlockList("bad", ListPath, static options =>
        {
            options.StartEmpty = true;
            options.RetryInterval = TimeSpan.FromSeconds(1);
        }).AddHealthCheck());
        Assert.Equal(0, List(host).Count);
        Assert.Null(Hosted(host).Age);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
        Assert.Contains(host.Log.All, static record => record.Id.Id == 43);

        await File.WriteAllTextAsync(ListPath, "192.0.2.1\n");

        await Eventually.IsAsync(() => List(host).Contains("192.0.2.1"), "the list");
        await Eventually.IsAsync(() => Hosted(host).LastError is null, "the end of the error");
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task Http_Interval_LoadsAnewAndKeepsTheLastGoodList()
    {
        var (time, feed) = (new LoopTime(), new Feed());
        feed.Answer("192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4\n");
        await using var host = await StartAsync(time, feed);
        Assert.Equal(4, List(host).Count);

        await RoundAsync(host, time, feed, TimeSpan.FromHours(1), () => feed.Answer("192.0.2.1\n192.0.2.2\n192.0.2.5\n"));
        Assert.True(List(host).Contains("192.0.2.5"));
        Assert.Equal(TimeSpan.Zero, Hosted(host).Age);

        // Shorter than the half that may go: a download that broke off.
        await RoundAsync(host, time, feed, TimeSpan.FromHours(1), () => feed.Answer("192.0.2.9\n"));
        Assert.Equal((3, true), (List(host).Count, Hosted(host).LastError is BlockListLoadException));
        var check = await CheckAsync(host);
        Assert.Equal((HealthStatus.Degraded, TimeSpan.FromHours(1), 3, "http://feed.test/list"), (check.Status, check.Data["age"], check.Data["rules"], check.Data["source"]));
        Assert.Equal(Hosted(host).LastError!.Message, check.Data["lastError"]);

        // After a failure the next one is sooner.
        await RoundAsync(host, time, feed, TimeSpan.FromMinutes(2), () => feed.Answer(HttpStatusCode.ServiceUnavailable));
        Assert.IsType<HttpRequestException>(Hosted(host).LastError);
        await RoundAsync(host, time, feed, TimeSpan.FromMinutes(2), () => feed.Answer("not a rule\n"));
        Assert.IsType<BlockListLoadException>(Hosted(host).LastError);
        Assert.True(List(host).Contains("192.0.2.5"));

        await RoundAsync(host, time, feed, TimeSpan.FromMinutes(2), () => feed.Answer("192.0.2.6\n192.0.2.7\n"));
        Assert.Equal((2, null, HealthStatus.Healthy), (List(host).Count, Hosted(host).LastError, (await CheckAsync(host)).Status));
    }

    [Fact]
    public async Task Http_NotModified_IsFreshWithoutABody()
    {
        var (time, feed) = (new LoopTime(), new Feed());
        feed.Answer("192.0.2.1\n", tag: "\"one\"");
        await using var host = await StartAsync(time, feed);

        await RoundAsync(host, time, feed, TimeSpan.FromHours(1), () => feed.Answer(HttpStatusCode.NotModified));

        Assert.Equal("\"one\"", feed.Requests.Last());
        Assert.Equal((1, TimeSpan.Zero, null), (List(host).Count, Hosted(host).Age, Hosted(host).LastError));
        Assert.Contains(host.Log.All, static record => record.Id.Id == 41);
    }

    [Fact]
    public async Task Http_TooLarge_IsRefused()
    {
        var feed = new Feed();
        feed.Answer("192.0.2.1\n" + new string('#', 2000));
        await using var host = TestHost.Build(builder => Add(builder, new LoopTime(), feed, static options => options.Load.MaxBytes = 1000));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Host.StartAsync()).Soon();

        Assert.IsType<BlockListLoadException>(error.InnerException);
    }

    [Fact]
    public async Task Http_BodyThatNeverEnds_EndsWithTheTimeOut()
    {
        var (time, feed) = (new LoopTime(), new Feed());
        feed.AnswerNever();
        await using var host = TestHost.Build(builder => Add(builder, time, feed));
        var starting = host.Host.StartAsync();
        await Eventually.IsAsync(() => feed.Requests.Count == 1, "the request");

        time.Advance(TimeSpan.FromMinutes(1));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => starting).Soon();
        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Fact]
    public async Task Entry_ListThatIsOld_IsDegraded()
    {
        var (time, feed) = (new LoopTime(), new Feed());
        feed.Answer("192.0.2.1\n");
        await using var host = await StartAsync(time, feed, static options => options.MaxAge = TimeSpan.FromSeconds(30));

        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task ReloadAsync_ByHand_SaysWhetherItSucceeded()
    {
        await File.WriteAllTextAsync(ListPath, "192.0.2.1\n");
        await using var host = await TestHost.StartAsync(builder => builder.Services.AddBlockList("bad", ListPath, static options => options.WatchFile = false));

        await File.WriteAllTextAsync(ListPath, "192.0.2.2\n");
        Assert.True(await Hosted(host).ReloadAsync().Soon());
        Assert.True(List(host).Contains("192.0.2.2"));

        File.Delete(ListPath);
        Assert.False(await Hosted(host).ReloadAsync().Soon());
        Assert.True(List(host).Contains("192.0.2.2"));
    }

    [Theory]
    [InlineData("", "name")]
    [InlineData("a:b", "name")]
    public void AddBlockList_WrongName_NamesTheParameter(string name, string parameter) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentException>(() => new ServiceCollection().AddBlockList(name, "/tmp/list")).ParamName);

    [Fact]
    public void AddBlockList_NameTwiceOrNoUrl_IsAnError()
    {
        var services = new ServiceCollection();
        services.AddBlockList("bad", "/tmp/list");

        Assert.Equal("name", Assert.Throws<ArgumentException>(() => services.AddBlockList("BAD", "/tmp/list")).ParamName);
        Assert.Equal("source", Assert.Throws<ArgumentException>(() => services.AddBlockList("other", "http://")).ParamName);
    }

    [Fact]
    public void Options_OutOfBounds_NameTheOption()
    {
        Assert.Equal("Interval", Assert.Throws<ArgumentOutOfRangeException>(static () => new HostedBlockListOptions { Interval = TimeSpan.FromMilliseconds(999) }).ParamName);
        Assert.Equal("MaxAge", Assert.Throws<ArgumentOutOfRangeException>(static () => new HostedBlockListOptions { MaxAge = TimeSpan.FromDays(31) }).ParamName);
    }

    private static BlockList List(TestHost host) => host.Host.Services.GetRequiredKeyedService<BlockList>("bad");

    private static HostedBlockList Hosted(TestHost host) => host.Host.Services.GetRequiredKeyedService<HostedBlockList>("bad");

    private static async Task<HealthReportEntry> CheckAsync(TestHost host) => (await host.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["blocklist:bad"];

    private static Task<TestHost> StartAsync(LoopTime time, Feed feed, Action<HostedBlockListOptions>? configure = null) => TestHost.StartAsync(builder => Add(builder, time, feed, configure));

    private static void Add(HostApplicationBuilder builder, LoopTime time, Feed feed, Action<HostedBlockListOptions>? configure = null)
    {
        builder.Services.AddSingleton<TimeProvider>(time);
        var list = builder.Services.AddBlockList("bad", "http://feed.test/list", configure).Configure(static options => options.RetryInterval = LoopTime.Retry).AddHealthCheck();
        builder.Services.AddHttpClient(list.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => feed);
    }

    private async Task RoundAsync(TestHost host, LoopTime time, Feed feed, TimeSpan pause, Action answer)
    {
        answer();
        var (requests, ended) = (feed.Requests.Count, Ended(host));
        // The loop makes one timer a round: before that, advancing would reach nothing.
        _rounds++;
        await Eventually.IsAsync(() => time.Waits.Count == _rounds, "the loop that waits");
        Assert.Equal(pause, time.Waits.Last());
        time.Advance(pause);
        await Eventually.IsAsync(() => feed.Requests.Count > requests && Ended(host) > ended, () => $"the loading after {pause}");
    }

    private static int Ended(TestHost host) => host.Log.All.Count(static record => record.Id.Id is 40 or 41 or 42);

    /// <summary>Time that stands, and says how long the loop waits.</summary>
    private sealed class LoopTime : FakeTimeProvider
    {
        public static readonly TimeSpan Retry = TimeSpan.FromMinutes(2);

        public ConcurrentQueue<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            // The other one is the time limit of a loading.
            if (dueTime == Retry || dueTime == TimeSpan.FromHours(1))
                Waits.Enqueue(dueTime);
            return timer;
        }
    }

    /// <summary>A server that answers what it is told.</summary>
    private sealed class Feed : HttpMessageHandler
    {
        private Func<CancellationToken, Task<HttpResponseMessage>> _answer = static _ => Task.FromResult(new HttpResponseMessage());

        /// <summary>The tag that each request asked for.</summary>
        public ConcurrentQueue<string> Requests { get; } = [];

        public void Answer(HttpStatusCode status) => _answer = _ => Task.FromResult(new HttpResponseMessage(status));

        public void Answer(string body, string? tag = null) => _answer = _ =>
        {
            var response = new HttpResponseMessage { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
            if (tag is not null)
                response.Headers.ETag = new(tag);
            return Task.FromResult(response);
        };

        public void AnswerNever() => _answer = static async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Enqueue(string.Join(',', request.Headers.IfNoneMatch));
            return _answer(cancellationToken);
        }
    }
}
