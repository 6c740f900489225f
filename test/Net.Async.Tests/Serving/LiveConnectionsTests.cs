using Net.Async.Tests.Connections;

namespace Net.Async.Tests.Serving;

/// <summary>The list beside a dictionary: random joins and leaves say the same, and leave the same behind.</summary>
public class LiveConnectionsTests(Xunit.Abstractions.ITestOutputHelper output) : LeakCheck
{
    [Fact]
    public async Task AddAndRemove_AtRandom_IsWhatADictionarySays()
    {
        var random = Seed.Start(output);
        var (live, other, model) = (new LiveConnections(), new LiveConnections(), new Dictionary<Connection, ServerAddress?>());
        var connections = Enumerable.Range(0, 24).Select(static _ => (Connection)new StreamConnection(new ScriptedStream(), ConnectionOptions.Default)).ToArray();
        var address = new ServerAddress(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1));
        for (var i = 0; i < 5_000; i++)
        {
            var connection = connections[random.Next(connections.Length)];
            var counted = random.Next(2) == 0 ? address : null;
            if (random.Next(2) == 0)
            {
                Assert.Equal(model.TryAdd(connection, counted), live.TryAdd(connection, counted));
                // Nobody is in two lists, nor taken out of one that it is not in.
                Assert.False(other.TryAdd(connection, null));
                Assert.False(other.TryRemove(connection, out _));
            }
            else
            {
                var was = model.Remove(connection, out var expected);
                Assert.Equal(was, live.TryRemove(connection, out var found));
                Assert.Equal(expected, found);
            }

            Assert.Equal(model.Keys.ToHashSet(), live.ToArray().ToHashSet());
        }

        foreach (var connection in connections)
            await connection.DisposeAsync();
    }
}
