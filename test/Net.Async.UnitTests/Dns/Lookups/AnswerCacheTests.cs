using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace Net.Async.Tests;

public class AnswerCacheTests(ITestOutputHelper output)
{
    [Fact]
    public void Find_RandomUse_IsWhatAPlainListWouldSay()
    {
        var random = Seed.Start(output);
        var time = new FakeTimeProvider();
        var cache = new AnswerCache(limit: 8, time);
        // The one used last comes last.
        var model = new List<(Question Question, Answer Answer, DateTimeOffset Until)>();
        for (var i = 0; i < 20_000; i++)
        {
            var question = new Question($"host{random.Next(16)}.test", AddressFamily.InterNetwork);
            time.Advance(TimeSpan.FromSeconds(random.Next(3)));
            var found = model.FindIndex(entry => entry.Question == question);
            if (random.Next(2) == 0)
            {
                var answer = new Answer([IPAddress.Loopback], TimeSpan.FromSeconds(random.Next(20)));
                cache.Keep(question, answer);
                if (found >= 0)
                    model.RemoveAt(found);
                if (answer.TimeToLive > TimeSpan.Zero)
                    model.Add((question, answer, time.GetUtcNow() + answer.TimeToLive));
                if (model.Count > 8)
                    model.RemoveAt(0);
            }
            else
            {
                var entry = found >= 0 ? model[found] : default;
                if (found >= 0)
                    model.RemoveAt(found);
                var isGood = found >= 0 && entry.Until > time.GetUtcNow();
                if (isGood)
                    model.Add(entry);
                Assert.Equal(isGood ? entry.Answer with { TimeToLive = entry.Until - time.GetUtcNow() } : null, cache.Find(question));
            }

            Assert.Equal(model.Count, cache.Count);
        }
    }
}
