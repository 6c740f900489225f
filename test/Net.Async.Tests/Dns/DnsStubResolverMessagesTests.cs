using System.Net;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Messages that are not what was asked for: forged, broken, too long, or about something else.</summary>
public class DnsStubResolverMessagesTests(ITestOutputHelper output) : NameServerTest
{
    [Fact]
    public async Task ResolveAsync_WhatIsNoAnswerToTheQuery_IsPassedOver()
    {
        var server = Server(static query => Task.FromResult<byte[][]>(
        [
            [],
            [1, 2, 3],
            new Reply(query) { Id = (ushort)(query.Id + 1) }.Add("198.51.100.1").ToBytes(),
            new Reply(query).NoResponse().Add("198.51.100.2").ToBytes(),
            new Reply(query) { Question = [.. Reply.NameBytes("other.test"), 0, 1, 0, 1] }.Add("198.51.100.3").ToBytes(),
            new Reply(query) { Question = [.. Reply.NameBytes("host.test"), 0, 28, 0, 1] }.Add("198.51.100.4").ToBytes(),
            new Reply(query) { Question = [.. Reply.NameBytes("host.test"), 0, 1, 0, 3] }.Add("198.51.100.5").ToBytes(),
            new Reply(query) { QuestionCount = 0 }.Add("198.51.100.6", owner: "host.test").ToBytes(),
            PlainReply(query),
        ]));

        // In one attempt: none of them ends the wait.
        Assert.Equal(Addresses("192.0.2.1"), await Resolver(new DnsStubResolverOptions { Attempts = 1 }, server).ResolveAsync("host.test", V4).Soon());
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_AnswerCannotBeRead_FailsAfterEveryAttempt()
    {
        // The record ends in its middle.
        var server = Server(static query => PlainReply(query)[..^2]);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(server).ResolveAsync("host.test", V4).Soon());

        Assert.Equal(ConnectionError.LookupFailed, exception.Error);
        Assert.Equal($"Could not resolve host.test: {server.EndPoint} answered what cannot be read.", exception.Message);
        Assert.NotNull(exception.InnerException);
        Assert.Equal(2, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_NextAttemptCanBeRead_IsTheAnswer()
    {
        var count = 0;
        var server = Server(query => Interlocked.Increment(ref count) == 1 ? PlainReply(query)[..^2] : PlainReply(query));

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(server).ResolveAsync("host.test", V4).Soon());
    }

    [Fact]
    public async Task ResolveAsync_Aliases_AreFollowedInAnyOrder()
    {
        var server = Server(static query => new Reply(query)
            .Add("192.0.2.1", owner: "Third.test")
            .Alias("second.test")
            .Alias("third.TEST", owner: "second.test")
            .Add("192.0.2.2", owner: "third.test").ToBytes());

        Assert.Equal(Addresses("192.0.2.1", "192.0.2.2"), await Resolver(server).ResolveAsync("host.test", V4).Soon());
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_RecordsOfAnotherKind_AreSkipped()
    {
        var server = Server(static query => new Reply(query)
            .Add("2001:db8::9")
            .Record(null, type: 16, ttl: 60, [3, 1, 2, 3])
            .Record(null, ReceivedQuery.A, ttl: 60, [198, 51, 100, 1], recordClass: 3)
            .Add("198.51.100.2", owner: "other.test")
            .Add("192.0.2.1").ToBytes());

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(server).ResolveAsync("host.test", V4).Soon());
    }

    [Fact]
    public async Task ResolveAsync_ManyAddresses_KeepsTheFirst()
    {
        // As many as a message holds.
        const int count = 4000;
        var server = Server(static query => query.OverTcp ? Many(query, count) : new Reply(query).Truncated().ToBytes());
        var expected = Enumerable.Range(0, count).Select(static i => new IPAddress([10, 0, (byte)(i >> 8), (byte)i])).ToArray();

        var few = await Resolver(server).ResolveAsync("host.test", V4).Soon();
        var more = await Resolver(new DnsStubResolverOptions { MaxAddresses = 1024 }, server).ResolveAsync("host.test", V4).Soon();

        Assert.Equal(expected[..64], few);
        Assert.Equal(expected[..1024], more);
    }

    [Fact]
    public async Task ResolveAsync_Truncated_AsksAgainOverTcp()
    {
        var server = Server(static query => query.OverTcp ? PlainReply(query) : new Reply(query).Truncated().Add("198.51.100.1").ToBytes());

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(server).ResolveAsync("host.test", V4).Soon());
        Assert.Equal([false, true], server.Queries.Select(query => query.OverTcp));
    }

    [Fact]
    public async Task ResolveAsync_DatagramLongerThanTheQueryAllows_IsReadOrAskedForOverTcp()
    {
        var (large, larger) = (Server(static query => Many(query, 200)), Server(static query => Many(query, 500)));

        Assert.Equal(64, (await Resolver(large).ResolveAsync("host.test", V4).Soon()).Count);
        Assert.Equal(64, (await Resolver(larger).ResolveAsync("host.test", V4).Soon()).Count);
        Assert.Equal([false], large.Queries.Select(static query => query.OverTcp));
        Assert.Equal([false, true], larger.Queries.Select(static query => query.OverTcp));
    }

    // Whatever a server sends, the caller has addresses or our error, and the next look-up is not disturbed.
    [Fact]
    public async Task ResolveAsync_MutatedAnswers_AreAnswersOrOurErrors()
    {
        var random = new Random(Seed.Start(output).Next());
        var server = Server(query =>
        {
            byte[] mutated;
            lock (random)
            {
                byte[] whole = new Reply(query).Alias("other.test").Add("192.0.2.1", owner: "other.test").Soa(1, 1).Opt(0, 22, "why").ToBytes();
                mutated = AnswerMessageFuzzTests.Mutate(random, whole, [whole]);
            }

            // The good one behind it ends the wait when the mutated one is passed over.
            return Task.FromResult<byte[][]>(query.OverTcp ? [mutated] : [mutated, PlainReply(query)]);
        });
        var resolver = Resolver(AtOnce with { Attempts = 1, Cache = new() { Limit = 0 } }, server);
        var found = 0;
        for (var i = 0; i < 2000; i++)
        {
            try
            {
                found += (await resolver.ResolveAsync("host.test", V4).Soon()).Count > 0 ? 1 : 0;
            }
            catch (ConnectionException exception)
            {
                Assert.StartsWith("Could not resolve host.test: ", exception.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(found, 100, 1999);
    }

    [Fact]
    public async Task ResolveAsync_TruncatedWithoutTcp_Fails()
    {
        var server = Server(static query => new Reply(query).Truncated().Add("198.51.100.1").ToBytes());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() =>
            Resolver(AtOnce with { UseTcpFallback = false }, server).ResolveAsync("host.test", V4).Soon());

        Assert.Equal($"Could not resolve host.test: {server.EndPoint} answered with a part of the answer.", exception.Message);
        Assert.All(server.Queries, query => Assert.False(query.OverTcp));
    }

    [Theory]
    [InlineData("nothing", "closed the TCP connection without an answer")]
    [InlineData("truncated", "answered over TCP with a part of the answer, without an address in it")]
    [InlineData("other", "answered over TCP what cannot be read")]
    [InlineData("failure", "answered over TCP ServerFailure")]
    public async Task ResolveAsync_BadAnswerOverTcp_Fails(string answer, string message)
    {
        var server = Server(query => (query.OverTcp, answer) switch
        {
            (false, _) or (_, "truncated") => new Reply(query).Truncated().ToBytes(),
            (_, "nothing") => null,
            (_, "other") => new Reply(query) { Id = (ushort)(query.Id + 1) }.ToBytes(),
            _ => new Reply(query).Code(2).ToBytes(),
        });

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(server).ResolveAsync("host.test", V4).Soon());

        Assert.Equal($"Could not resolve host.test: {server.EndPoint} {message}.", exception.Message);
    }

    [Fact]
    public async Task ResolveAsync_SilentOverTcp_TimesOut()
    {
        var server = Server(async query =>
        {
            if (query.OverTcp)
                await Task.Delay(Timeout.Infinite);
            return [new Reply(query).Truncated().ToBytes()];
        });
        var resolving = Resolver(new DnsStubResolverOptions { Attempts = 1 }, server).ResolveAsync("host.test", V4).AsTask();
        await server.HasAsync(2);

        Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(ConnectionError.TimedOut, (await Assert.ThrowsAsync<ConnectionException>(() => resolving.Soon())).Error);
    }

    private static byte[] Many(ReceivedQuery query, int count)
    {
        var reply = new Reply(query);
        for (var i = 0; i < count; i++)
            reply.Record(null, ReceivedQuery.A, ttl: 60, [10, 0, (byte)(i >> 8), (byte)i]);
        return reply.ToBytes();
    }
}
