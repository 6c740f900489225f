namespace Net.Async;

/// <summary>A connection's place in its owner's list, which is kept here so that one connection more makes no object.</summary>
internal struct OwnerLinks
{
    /// <summary>The list that it is in; null in none.</summary>
    public object? List;
    public Connection? Next;
    public Connection? Previous;

    /// <summary>What the owner notes about it.</summary>
    public object? Tag;
}
