namespace Net.Async.Testing;

/// <summary>What comes after the last byte that a direction passes (<see cref="FaultRules.LimitBytes"/>).</summary>
public enum FaultEnd
{
    /// <summary>Both sides see a reset, as from a firewall that has forgotten the connection.</summary>
    Reset,

    /// <summary>Nothing comes any more, neither an end nor a reset: the cable is pulled.</summary>
    Cut,

    /// <summary>The receiver reads a clean end although more was sent; what is sent later is taken and dropped.</summary>
    End,
}
