namespace Net.Async;

// How many connections there may be, and what becomes of the others.
public sealed partial record ServerOptions
{
    /// <summary>How many connections may live at a time; <see cref="Server.MaxConnections"/> changes it later.</summary>
    /// <value>Default: null, no limit; 0 lets nobody in.</value>
    public int? MaxConnections { get; init => field = CheckLimit(value, nameof(MaxConnections)); }

    /// <summary>What becomes of clients while there are <see cref="MaxConnections"/>; <see cref="Server.WhenFull"/> changes it later.</summary>
    /// <value>Default: <see cref="WhenFull.Drop"/>.</value>
    public WhenFull WhenFull { get; init => field = CheckWhenFull(value, nameof(WhenFull)); }

    /// <summary>Called for every client that was dropped because a limit of the server was reached, while its address accepts no other. It must not throw; if it does, the event source hears of that.</summary>
    /// <value>Default: null.</value>
    public Action<DroppedConnection>? OnDropped { get; init; }

    /// <summary>Resets dropped clients, where the transport can, instead of closing: they are gone from the kernel's tables at once.</summary>
    /// <value>Default: false.</value>
    public bool ResetDropped { get; init; }

    internal static int? CheckLimit(int? value, string name) => value is null or >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is null for no limit, or at least 0.");

    internal static WhenFull CheckWhenFull(WhenFull value, string name) => value is WhenFull.Drop or WhenFull.Wait
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is Drop or Wait.");
}
