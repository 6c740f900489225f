namespace Net.Async.Tests;

/// <summary>Name servers that cannot do EDNS (RFC 6891, 7), in each way they say so.</summary>
public class DnsStubResolverEdnsTests : NameServerTest
{
    public static TheoryData<string> Refusals =>
        ["FORMERR", "FORMERR bare", "FORMERR bare with counts", "NOTIMP", "NOTIMP bare", "NOTIMP bare with counts", "BADVERS", "BADVERS without question", "TC then FORMERR", "TC then NOTIMP bare", "TC then BADVERS"];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task ResolveAsync_ServerRefusesEdns_IsAskedOnceMoreWithoutIt(string refusal)
    {
        var server = Refusing(refusal);

        // One attempt: the repetition is a part of it.
        var resolver = Resolver(new DnsStubResolverOptions { Attempts = 1 }, server);

        Assert.Equal(Addresses("192.0.2.1"), await resolver.ResolveAsync("host.test", V4).Soon());
        Assert.False(server.Queries[^1].HasEdns);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task ResolveAsync_ServerHasRefusedEdns_IsRememberedForTenMinutes(string refusal)
    {
        var server = Refusing(refusal);
        var resolver = Resolver(new DnsStubResolverOptions { Attempts = 1 }, server);
        await resolver.ResolveAsync("first.test", V4).Soon();

        Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        await resolver.ResolveAsync("second.test", V4).Soon();
        Assert.DoesNotContain(server.Queries, static query => query.HasEdns && query.Name == "second.test");
        Time.Advance(TimeSpan.FromTicks(1));
        await resolver.ResolveAsync("third.test", V4).Soon();

        Assert.Contains(server.Queries, static query => query.HasEdns && query.Name == "third.test");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResolveAsync_ThousandNamesAtAServerThatRefusesEdns_OneQueryFailsInEachPeriod(bool atOnce)
    {
        var server = Refusing("FORMERR bare");
        // So many that none is lost in the server's buffer.
        var resolver = Resolver(AtOnce with { MaxConcurrentQueries = 64 }, server);
        for (var period = 1; period <= 2; period++)
        {
            var names = Enumerable.Range(0, 1000).Select(i => $"host{i}.period{period}.test");
            if (atOnce)
            {
                await Task.WhenAll(names.Select(name => resolver.ResolveAsync(name, V4).AsTask())).Soon();
            }
            else
            {
                foreach (var name in names)
                    await resolver.ResolveAsync(name, V4).Soon();
            }

            Assert.Equal(period, server.Queries.Count(static query => query.HasEdns));
            Time.Advance(TimeSpan.FromMinutes(10));
        }
    }

    [Fact]
    public async Task ResolveAsync_OneServerRefusesEdns_TheOtherIsStillAskedWithIt()
    {
        var (old, other) = (Server(static query => new Reply(query).Code(query.HasEdns ? 1 : 2).ToBytes()), Plain());
        var resolver = Resolver(old, other);

        for (var i = 0; i < 3; i++)
            await resolver.ResolveAsync($"host{i}.test", V4).Soon();

        Assert.Equal([true, false, false, false], old.Queries.Select(static query => query.HasEdns));
        Assert.All(other.Queries, static query => Assert.True(query.HasEdns));
    }

    [Fact]
    public async Task ResolveAsync_ServerLearnsEdnsLater_IsAskedWithItAgain()
    {
        var isOld = true;
        var server = Server(query => isOld && query.HasEdns ? Reply.Bare(query, 1) : PlainReply(query));
        var resolver = Resolver(server);
        await resolver.ResolveAsync("first.test", V4).Soon();

        isOld = false;
        Time.Advance(TimeSpan.FromMinutes(10));
        await resolver.ResolveAsync("second.test", V4).Soon();
        await resolver.ResolveAsync("third.test", V4).Soon();

        Assert.Equal([true, false, true, true], server.Queries.Select(static query => query.HasEdns));
    }

    // A firewall that drops what it does not know.
    [Fact]
    public async Task ResolveAsync_EdnsIsDroppedOnTheWay_TheSecondAttemptGoesWithout()
    {
        var server = Server(static query => query.HasEdns ? null : PlainReply(query));
        var resolver = Resolver(server);
        var resolving = resolver.ResolveAsync("first.test", V4).AsTask();
        await server.HasAsync(1);
        Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Addresses("192.0.2.1"), await resolving.Soon());
        for (var i = 0; i < 10; i++)
            Assert.Equal(Addresses("192.0.2.1"), await resolver.ResolveAsync($"host{i}.test", V4).Soon());
        Assert.Equal(1, server.Queries.Count(static query => query.HasEdns));
    }

    [Theory]
    [InlineData(16, "answered BadVersion")]
    [InlineData(23, "answered BadCookie")]
    [InlineData(3000, "answered code 3000")]
    public async Task ResolveAsync_ExtendedCode_IsRead(int code, string says)
    {
        var server = Server(query => new Reply(query).Code(code & 15).Opt((byte)(code >> 4)).ToBytes());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(new DnsStubResolverOptions { Attempts = 1 }, server).ResolveAsync("host.test", V4).Soon());

        Assert.Equal($"Could not resolve host.test: {server.EndPoint} {says}.", exception.Message);
    }

    [Theory]
    [InlineData(2, 22, "all of ns1.test\r\n\u202Eare down", "answered ServerFailure (No Reachable Authority: all of ns1.test\\u000D\\u000A\\u202Eare down)")]
    [InlineData(5, 18, "", "answered Refused (Prohibited)")]
    [InlineData(5, 9999, "x", "answered Refused (extended error 9999: x)")]
    public async Task ResolveAsync_ExtendedError_IsPartOfTheMessage(int code, int error, string text, string says)
    {
        var server = Server(query => new Reply(query).Code(code).Opt(0, (ushort)error, text).ToBytes());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(new DnsStubResolverOptions { Attempts = 1 }, server).ResolveAsync("host.test", V4).Soon());

        Assert.Equal($"Could not resolve host.test: {server.EndPoint} {says}.", exception.Message);
    }

    [Fact]
    public async Task ResolveAsync_NameDoesNotExistAndWhy_IsPartOfTheMessage()
    {
        var server = Server(static query => new Reply(query).Code(3).Opt(0, 15, new string('b', 2000)).ToBytes());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(server).ResolveAsync("host.test", V4).Soon());

        Assert.Equal(ConnectionError.HostNotFound, exception.Error);
        Assert.Equal($"Could not resolve host.test: the name does not exist (Blocked: {new string('b', 200)}...).", exception.Message);
    }

    private ScriptedNameServer Refusing(string refusal) => Server(query => (refusal, query.HasEdns, query.OverTcp) switch
    {
        ("TC then FORMERR" or "TC then NOTIMP bare" or "TC then BADVERS", _, false) => new Reply(query).Truncated().ToBytes(),
        (_, false, _) => PlainReply(query),
        ("FORMERR" or "TC then FORMERR", _, _) => new Reply(query).Code(1).ToBytes(),
        ("FORMERR bare", _, _) => Reply.Bare(query, 1),
        ("FORMERR bare with counts", _, _) => Reply.Bare(query, 1, keepsCounts: true),
        ("NOTIMP", _, _) => new Reply(query).Code(4).ToBytes(),
        ("NOTIMP bare" or "TC then NOTIMP bare", _, _) => Reply.Bare(query, 4),
        ("NOTIMP bare with counts", _, _) => Reply.Bare(query, 4, keepsCounts: true),
        ("BADVERS without question", _, _) => new Reply(query) { QuestionCount = 0 }.Opt(1).ToBytes(),
        _ => new Reply(query).Opt(1).ToBytes(),
    });
}
