using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using Net.Async.Tests.Io;
using Xunit.Abstractions;

namespace Net.Async.Tests.Relaying;

/// <summary>200 relays at once, whose peers stall, end one direction and reset at random. <c>NETASYNC_RELAY_MB</c> says how many megabytes go each way in all.</summary>
public class RelayLoadTests(ITestOutputHelper output) : LeakCheck
{
    private const int Relays = 200;

    private static readonly long s_bytes = int.Parse(Environment.GetEnvironmentVariable("NETASYNC_RELAY_MB") ?? "32", CultureInfo.InvariantCulture) * 1_000_000L;

    // The long form has gigabytes to move.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60 + (s_bytes / 2_000_000));

    [Theory, Engines]
    public async Task RelayAsync_TwoHundredAtOnce_EndAsTheirPeersEnd(string engine)
    {
        var random = Seed.Start(output);
        var plays = Enumerable.Range(0, Relays).Select(_ => new RelayPlay(random, s_bytes / Relays)).ToArray();
        await using var right = Server.Listen(0, Engines.Serving(engine));
        await using var middle = Server.Listen(0, Engines.Serving(engine));
        var results = new ConcurrentBag<RelayResult>();
        var serving = right.ServeAsync(async (connection, _) =>
        {
            var play = plays[await ReadNumberAsync(connection)];
            await play.Right.RunAsync(connection, play.Left.Begun);
        });
        var relaying = middle.ServeAsync(async (connection, _) =>
        {
            await using var other = await Connection.ConnectAsync(right.LocalEndPoint, Engines.On(engine), CancellationToken.None);
            results.Add(await connection.RelayAsync(other, cancellationToken: CancellationToken.None));
        });
        await Task.WhenAll(plays.Select((play, number) => RunLeftAsync(play, number, middle, engine))).WaitAsync(s_limit);
        await Eventually.IsAsync(() => results.Count == Relays && middle.ConnectionCount == 0 && right.ConnectionCount == 0, () => $"{results.Count} relays have ended, {middle.ConnectionCount} and {right.ConnectionCount} connections are left");
        Assert.All(plays, static play => play.AssertEnds());
        Assert.Equal(plays.Count(static play => !play.IsOrderly), results.Count(static result => result.Failure is not null));
        Assert.Equal(plays.Where(static play => play.IsOrderly).Sum(static play => play.Left.Length), results.Where(static result => result.Failure is null).Sum(static result => result.BytesToOther - sizeof(int)));
        output.WriteLine($"{plays.Count(static play => play.IsOrderly)} ended in order; {plays.Sum(static play => play.Left.Received + play.Right.Received) / 1_000_000} MB arrived");
        await Task.WhenAll(middle.StopAsync(), right.StopAsync()).Soon();
        await Task.WhenAll(serving, relaying).Soon();
    }

    private static async Task RunLeftAsync(RelayPlay play, int number, Server middle, string engine)
    {
        await using var connection = await Connection.ConnectAsync(middle.LocalEndPoint, Engines.On(engine));
        var header = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(header, number);
        await connection.Output.WriteAsync(header);
        await play.Left.RunAsync(connection, play.Right.Begun);
        await play.Right.Ended.WaitAsync(s_limit);
    }

    private static async Task<int> ReadNumberAsync(Connection connection)
    {
        var read = await connection.Input.ReadAtLeastAsync(sizeof(int));
        var number = BinaryPrimitives.ReadInt32BigEndian(read.Buffer.Slice(0, sizeof(int)).ToArray());
        connection.Input.AdvanceTo(read.Buffer.GetPosition(sizeof(int)));
        return number;
    }
}
