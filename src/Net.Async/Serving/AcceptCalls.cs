namespace Net.Async;

/// <summary>The calls that wait for a connection, in order. Used under the lock of <see cref="Demand"/>.</summary>
internal sealed class AcceptCalls
{
    private readonly LinkedList<TaskCompletionSource<Connection?>> _calls = new();

    public int Count => _calls.Count;

    public LinkedListNode<TaskCompletionSource<Connection?>> Add() =>
        // Not on the accept loop's stack: what follows is the user's code.
        _calls.AddLast(new TaskCompletionSource<Connection?>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Gives the connection to the first call that still waits; false when there is none.</summary>
    public bool TryComplete(Connection connection)
    {
        while (_calls.First is { } first)
        {
            _calls.RemoveFirst();
            if (first.Value.TrySetResult(connection))
                return true;
        }

        return false;
    }

    /// <summary>Ends all of them: the server has stopped.</summary>
    public void CompleteAll()
    {
        foreach (var call in _calls)
            call.TrySetResult(null);
        _calls.Clear();
    }

    /// <summary>Ends all of them: listening has failed.</summary>
    public void Fail(Exception failure)
    {
        foreach (var call in _calls)
        {
            if (!call.TrySetException(failure))
                continue;
            // The caller may have gone.
            _ = call.Task.Exception;
        }

        _calls.Clear();
    }

    public static void Remove(LinkedListNode<TaskCompletionSource<Connection?>> call) => call.List?.Remove(call);
}
