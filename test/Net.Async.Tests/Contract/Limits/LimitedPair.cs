using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Contract.Limits;

/// <summary>A client without limits and the accepted end that has them, in virtual time.</summary>
internal static class LimitedPair
{
    public static async Task<Pair> ConnectAsync(string transport, ConnectionLimits limits, TimeProvider time, ConnectionOptions? others = null)
    {
        var kind = Transport.Get(transport);
        var options = (others ?? new()) with { TimeProvider = time };
        var server = kind.Listen(new ServerOptions { Connection = options with { Limits = limits } });
        var accepting = server.AcceptAsync();
        var client = await kind.ConnectAsync(server, options);
        return new Pair(server, client, await accepting);
    }

    /// <summary>Waits while the virtual time goes in small steps: a close asks again and again whether everything has arrived.</summary>
    public static Task EndsAsync(this FakeTimeProvider time, Connection connection)
    {
        var closed = connection.Closed;
        return time.PassesUntilAsync(() => closed.IsCancellationRequested, $"{connection} has not ended");
    }

    public static Task PassesUntilAsync(this FakeTimeProvider time, Func<bool> condition, string what) => Eventually.IsAsync(() =>
    {
        time.Advance(TimeSpan.FromMilliseconds(2));
        return condition();
    }, what);

    /// <summary>The limit is reached, and no other reason.</summary>
    public static async Task ReachesAsync(this Connection connection, ConnectionLimitKind limit)
    {
        await Eventually.IsAsync(() => connection.CloseReason is not null, () => $"{connection} reaches no limit");
        var reason = connection.CloseReason!;
        Assert.Equal(ConnectionError.TimedOut, reason.Error);
        Assert.Equal(limit, Assert.IsType<LimitReachedException>(reason.Exception).Limit);
    }

    /// <summary>Starts a write of which no transport takes all.</summary>
    public static Task StartWaitingWrite(this Connection connection) => connection.Output.WriteAsync(new byte[32 << 20]).AsTask();
}
