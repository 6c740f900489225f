using System.Net;
using System.Net.Sockets;
using System.Text;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>The text of everything that a denied caller can read names neither a denied address nor a rule.</summary>
public class DenialTextTests : LeakCheck
{
    private const string Rule = "a rule that is not to be told";

    private static readonly IPAddress s_denied = IPAddress.Parse("127.0.0.66");

    // The address in the ways in which it can be written.
    private static readonly string[] s_secrets = [Rule, "127.0.0.66", "7f00:42", "Loopback", "127.0.0.0/8"];

    [Theory]
    [InlineData(DeniedAnswerMode.Filter)]
    [InlineData(DeniedAnswerMode.Fail)]
    public async Task ConnectAsync_Names_TellNothing(DeniedAnswerMode mixed)
    {
        var silent = new ScriptedResolver().Add("host.test", s_denied).Add("two.test", s_denied, IPAddress.Parse("127.0.0.1"))
            .Add("six.test", IPAddress.Parse("2002:7f00:42::1"));
        foreach (var host in (string[])["host.test", "two.test", "six.test"])
            await TellsNothingAsync(token => Connector(silent, new Denying(mixed)).ConnectAsync(host, UnusedPort, token));
        await TellsNothingAsync(token => Connector(new Mapping(s_denied.MapToIPv6()), new Denying(mixed)).ConnectAsync("host.test", UnusedPort, token));
    }

    [Theory]
    [InlineData("127.0.0.66")]
    [InlineData("::ffff:7f00:42")]
    [InlineData("0x7f.66")]
    [InlineData("2002:7f00:42::")]
    public async Task ConnectAsync_Literals_TellNothing(string host) =>
        await TellsNothingAsync(token => Connector(new ScriptedResolver(), new Denying(DeniedAnswerMode.Filter)).ConnectAsync(host, UnusedPort, token));

    [Theory]
    [InlineData("host.test")]
    [InlineData("127.0.0.66")]
    public async Task ConnectAsync_DeniedOnceItIsConnected_TellsNothing(string host)
    {
        await using var server = Server.Listen(new IPEndPoint(s_denied, 0));
        var policy = new Denying(DeniedAnswerMode.Filter) { AllowsFirst = 1 };
        await TellsNothingAsync(token => Connector(new ScriptedResolver().Add("host.test", s_denied), policy).ConnectAsync(host, server.Port(), token));
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_DeniedOnceItIsConnected_IsToldToProgress()
    {
        await using var server = Server.Listen(new IPEndPoint(s_denied, 0));
        var events = new ConnectEvents();
        var connector = new HappyEyeballsConnector(new() { Policy = new Denying(DeniedAnswerMode.Filter) { AllowsFirst = 1 }, Progress = events });
        await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(server.LocalEndPoint).Soon());
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Contains(Rule, Assert.Single(events.All, step => step.Kind == ConnectEventKind.AttemptDenied).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpClient_NameOrRedirectToAName_TellsNothing()
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(async (connection, token) =>
        {
            var request = await connection.Input.ReadAsync(token);
            connection.Input.AdvanceTo(request.Buffer.End);
            await connection.Output.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 302 Found\r\nLocation: http://denied.test/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), token);
        });
        var resolver = new ScriptedResolver().Add("denied.test", s_denied).Add("allowed.test", IPAddress.Loopback);
        using (var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseConnector(Connector(resolver, new Denying(DeniedAnswerMode.Filter)))))
        {
            await TellsNothingAsync(token => client.GetAsync(new Uri("http://denied.test/"), token), ConnectionError.Denied);
            await TellsNothingAsync(token => client.GetAsync(new Uri($"http://allowed.test:{server.Port()}/"), token), ConnectionError.Denied);
        }

        await server.StopAsync().Soon();
        await serving.Soon();
    }

    private const int UnusedPort = 1;

    private static async Task TellsNothingAsync(Func<CancellationToken, Task> call, ConnectionError? expected = null)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var exception = await Record.ExceptionAsync(() => call(limit.Token));
        Assert.NotNull(exception);
        var error = (exception as ConnectionException ?? exception.InnerException as ConnectionException)?.Error;
        Assert.True(expected is null ? error is ConnectionError.Denied or ConnectionError.Refused : error == expected, exception.ToString());
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            Assert.All(s_secrets, secret => Assert.DoesNotContain(secret, cause.Message, StringComparison.OrdinalIgnoreCase));
            Assert.All(s_secrets, secret => Assert.DoesNotContain(secret, cause.ToString(), StringComparison.OrdinalIgnoreCase));
        }
    }

    private static HappyEyeballsConnector Connector(Resolver resolver, ConnectionPolicy policy) => new(new() { Resolver = resolver, Policy = policy, Addresses = { AllowLegacyIPv4 = true } });

    private sealed class Denying(DeniedAnswerMode mixed) : ConnectionPolicy
    {
        private int _asked;

        public int AllowsFirst { get; init; }

        public override DeniedAnswerMode DeniedAnswers => mixed;

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) =>
            candidate.EndPoint is IPEndPoint ip && ip.Address.Equals(s_denied) && Interlocked.Increment(ref _asked) > AllowsFirst ? PolicyDecision.Deny(Rule) : PolicyDecision.Allow();
    }

    private sealed class Mapping(IPAddress mapped) : Resolver
    {
        public override ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default) =>
            new(query.Family == AddressFamily.InterNetworkV6 ? new ResolveResult([mapped]) : ResolveResult.Empty);
    }
}
