using System.Net.Sockets;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Octets from the network: read, refused, or an error that the exchange knows.</summary>
public class AnswerMessageTests(ITestOutputHelper output)
{
    private static readonly QueryMessage s_query = new(new Question("host.test", AddressFamily.InterNetwork));

    [Fact]
    public void Read_EveryCut_IsRefusedOrUnreadable()
    {
        var whole = Whole();
        for (var length = 0; length < whole.Length; length++)
            Assert.False(TryRead(whole[..length]));
        Assert.True(TryRead(whole));
    }

    [Fact]
    public void Read_RandomChanges_AreReadRefusedOrUnreadable()
    {
        var random = Seed.Start(output);
        var whole = Whole();
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var changed = whole.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            read += TryRead(changed) ? 1 : 0;
        }

        Assert.InRange(read, 1, 19_999);
    }

    [Fact]
    public void Read_PointersInACircle_AreUnreadable()
    {
        var query = new ReceivedQuery(s_query.ToBytes(), OverTcp: false);
        var circle = new Reply(query).Record(null, 5, 60, [0xC0, (byte)(12 + query.Question.Length + 12)]).ToBytes();

        Assert.False(TryRead(circle));
    }

    private static byte[] Whole() => new Reply(new ReceivedQuery(s_query.ToBytes(), OverTcp: false))
        .Alias("other.test").Add("192.0.2.1", owner: "other.test").Soa(60, 60).ToBytes();

    private static bool TryRead(byte[] bytes)
    {
        try
        {
            return AnswerMessage.Open(s_query, bytes)?.Read(new DnsStubResolverOptions()) is not null;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }
}
