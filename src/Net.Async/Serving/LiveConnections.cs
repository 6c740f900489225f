namespace Net.Async;

/// <summary>The connections of one server that have not ended, each with the address that it is counted for; null when nobody counts.</summary>
/// <remarks>A server may have very many: an entry here is a third of what a concurrent dictionary keeps and leaves behind for one.</remarks>
internal sealed class LiveConnections
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Connection, ServerAddress?> _all = new(ReferenceEqualityComparer.Instance);

    /// <summary>As they are now.</summary>
    public Connection[] ToArray()
    {
        lock (_lock)
            return [.. _all.Keys];
    }

    /// <summary>False when it is there already.</summary>
    public bool TryAdd(Connection connection, ServerAddress? counted)
    {
        lock (_lock)
            return _all.TryAdd(connection, counted);
    }

    /// <summary>True for the one who takes it out.</summary>
    public bool TryRemove(Connection connection, out ServerAddress? counted)
    {
        lock (_lock)
            return _all.Remove(connection, out counted);
    }
}
