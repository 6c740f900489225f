namespace Net.Async;

public sealed partial class BlockList
{
    /// <summary>Becomes what another list is now, in one step: no reader sees anything in between. Costs the same whatever the length.</summary>
    /// <param name="other">The list to take over; it stays as it is, and later changes of either do not show in the other.</param>
    public void ReplaceWith(BlockList other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var taken = other._snapshot;
        Change(snapshot => taken.As(snapshot.RemembersRules));
    }
}
