namespace Net.Async;

/// <summary>What becomes of a handler's exception: it goes to the callback or the observer, and where there is neither to standard error, so that it is never invisible.</summary>
/// <remarks>Standard error gets each kind of exception once a second, with how many were left out.</remarks>
internal sealed class HandlerErrors(ServerOptions options)
{
    private const int MostKinds = 64;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Type, (long Written, int LeftOut)> _kinds = [];
    private readonly TimeProvider _time = options.Connection.TimeProvider;

    public void Report(Connection connection, Exception exception)
    {
        try
        {
            if (NetAsyncEventSource.Log.IsEnabled())
                NetAsyncEventSource.Log.HandlerFailed(connection.ToString(), exception.ToString());
            if (options.OnError is { } onError)
                onError(connection, exception);
            else if (options.Observer is null && TryBegin(exception.GetType(), out var leftOut))
                Console.Error.WriteLine($"Net.Async: the handler of {connection} failed{(leftOut > 0 ? $" ({leftOut} like it are not shown)" : "")}: {exception}");
        }
        catch (Exception failure)
        {
            NetAsyncEventSource.Log.ErrorCallbackFailed(failure.ToString());
        }
    }

    private bool TryBegin(Type kind, out int leftOut)
    {
        lock (_kinds)
        {
            leftOut = 0;
            if (!_kinds.TryGetValue(kind, out var last) && _kinds.Count == MostKinds)
                _kinds.Clear();
            else if (last.Written != 0 && _time.GetElapsedTime(last.Written) < s_pause)
            {
                _kinds[kind] = (last.Written, last.LeftOut + 1);
                return false;
            }

            leftOut = last.LeftOut;
            // 0 stands for never.
            _kinds[kind] = (Math.Max(1, _time.GetTimestamp()), 0);
            return true;
        }
    }
}
