namespace Net.Async;

/// <summary>The connections of a server that live: a list whose links the connections carry themselves, so that one more makes nothing.</summary>
internal sealed class LiveConnections
{
    private readonly Lock _lock = new();
    private Connection? _first;
    private int _count;

    /// <summary>Takes it in; false, and nothing changes, when it is in a list already.</summary>
    /// <param name="connection">Newly accepted.</param>
    /// <param name="counted">Where the metrics have counted it; null when nobody listened.</param>
    public bool TryAdd(Connection connection, ServerAddress? counted)
    {
        lock (_lock)
        {
            ref var links = ref connection.Links;
            if (links.List is not null)
                return false;
            links = new() { List = this, Next = _first, Tag = counted };
            if (_first is not null)
                _first.Links.Previous = connection;
            _first = connection;
            _count++;
            return true;
        }
    }

    /// <summary>Takes it out; true for the one who does.</summary>
    public bool TryRemove(Connection connection, out ServerAddress? counted)
    {
        lock (_lock)
        {
            ref var links = ref connection.Links;
            counted = (ServerAddress?)links.Tag;
            if (links.List != this)
                return false;
            if (links.Next is not null)
                links.Next.Links.Previous = links.Previous;
            if (links.Previous is not null)
                links.Previous.Links.Next = links.Next;
            else
                _first = links.Next;
            links = default;
            _count--;
            return true;
        }
    }

    /// <summary>Those that live now.</summary>
    public Connection[] ToArray()
    {
        lock (_lock)
        {
            var all = new Connection[_count];
            var i = 0;
            for (var connection = _first; connection is not null; connection = connection.Links.Next)
                all[i++] = connection;
            return all;
        }
    }
}
