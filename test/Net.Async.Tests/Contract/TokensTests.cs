namespace Net.Async.Tests.Contract;

/// <summary>Every token that is handed out runs its callbacks once it is cancelled, whatever is disposed behind it.</summary>
public class TokensTests : LeakCheck
{
    private const int Tries = 500;

    [Theory, Transports]
    public async Task ClosedAndPeerClosed_AbortedAndDisposedAtOnce_RunEveryCallback(string name)
    {
        var transport = Transport.Get(name);
        var runs = new Runs();
        await using var server = transport.Listen();
        for (var i = 0; i < Tries; i++)
        {
            var accepting = server.AcceptAsync();
            var client = await transport.ConnectAsync(server);
            var accepted = await accepting;
            foreach (var token in (CancellationToken[])[client.Closed, client.PeerClosed, accepted.Closed, accepted.PeerClosed])
                runs.Follow(token);
            client.Abort();
            await client.DisposeAsync();
            await accepted.DisposeAsync();
        }

        await runs.AreAllAsync(4 * Tries);
    }

    [Theory, Transports]
    public async Task StoppingAndTheHandlersToken_StoppedAtOnce_RunEveryCallback(string name)
    {
        var transport = Transport.Get(name);
        var runs = new Runs();
        for (var i = 0; i < Tries / 5; i++)
        {
            var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var server = transport.Listen();
            var serving = server.ServeAsync(async (connection, token) =>
            {
                runs.Follow(connection.Stopping);
                var wait = Task.Delay(Timeout.Infinite, token);
                runs.Follow(token);
                entered.SetResult();
                await wait;
            });
            var client = await transport.ConnectAsync(server);
            await entered.Task.Soon();
            await server.StopAsync(TimeSpan.Zero).Soon();
            await serving.Soon();
            client.Abort();
            await client.DisposeAsync();
        }

        await runs.AreAllAsync(2 * (Tries / 5));
    }

    /// <summary>Counts callbacks that are registered, and those that have run.</summary>
    private sealed class Runs
    {
        private int _followed;
        private int _run;

        public void Follow(CancellationToken token)
        {
            Interlocked.Increment(ref _followed);
            token.UnsafeRegister(_ => Interlocked.Increment(ref _run), null);
        }

        public async Task AreAllAsync(int expected)
        {
            Assert.Equal(expected, _followed);
            await Eventually.IsAsync(() => Volatile.Read(ref _run) == expected, () => $"{expected - _run} of {expected} callbacks did not run");
        }
    }
}
