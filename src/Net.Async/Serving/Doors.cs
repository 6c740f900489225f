using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The addresses of one server: accepts at all of them, in turn where clients wait at several.</summary>
/// <remarks>With several, an accept waits at each, so that one client at most is taken ahead at an address while nobody asks.</remarks>
internal sealed class Doors(IReadOnlyList<Door> doors) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Task<TransportStream>?[] _accepts = new Task<TransportStream>?[doors.Count];
    private CancellationTokenSource? _waiting;
    private int _turn;
    private bool _closed;

    public Door First => doors[0];

    public IEnumerable<Door> All => doors;

    /// <summary>Waits for one client at any of them; called again only after it has answered.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(Door Door, TransportStream Stream)> AcceptAsync(CancellationToken cancellationToken)
    {
        if (doors.Count == 1)
            return (First, await First.AcceptAsync(cancellationToken).ConfigureAwait(false));
        while (true)
        {
            if (TakeTurn(cancellationToken) is var (door, accept))
                return (door, await accept.ConfigureAwait(false));
            // None is null: a turn has just looked at each.
            await Task.WhenAny(_accepts!).ConfigureAwait(false);
        }
    }

    /// <summary>Waits at none of them any more, until the next accept. A client that was taken meanwhile is the next accept's.</summary>
    public async ValueTask WithdrawAsync()
    {
        if (_waiting is not { } waiting)
            return;
        await waiting.CancelAsync().ConfigureAwait(false);
        foreach (var accept in _accepts)
        {
            if (accept is not null)
                await ((Task)accept).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_lock)
        {
            _waiting = null;
            for (var i = 0; i < _accepts.Length; i++)
                _accepts[i] = _accepts[i] is { IsCanceled: true } ? null : _accepts[i];
        }

        waiting.Dispose();
    }

    /// <summary>Closes them; whoever was taken and not asked for is reset, as those in the kernel's queue are.</summary>
    public void Dispose()
    {
        Task<TransportStream>?[] accepts;
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            accepts = [.. _accepts];
        }

        foreach (var door in doors)
            door.Close();
        foreach (var accept in accepts)
            accept?.ContinueWith(static task => TurnAway(task), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // The next door, by turns, where an accept has ended; else they all wait.
    private (Door Door, Task<TransportStream> Accept)? TakeTurn(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _waiting ??= CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            for (var i = 0; i < doors.Count; i++)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                var at = (_turn + i) % doors.Count;
                var accept = _accepts[at] ??= doors[at].AcceptAsync(_waiting.Token).AsTask();
                if (!accept.IsCompleted)
                    continue;
                _accepts[at] = null;
                _turn = at + 1;
                return (doors[at], accept);
            }
        }

        return null;
    }

    private static void TurnAway(Task<TransportStream> accept)
    {
        if (accept.IsCompletedSuccessfully)
            accept.Result.Reset();
        else
            _ = accept.Exception;
    }
}
