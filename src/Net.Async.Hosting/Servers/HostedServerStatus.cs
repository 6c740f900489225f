namespace Net.Async;

/// <summary>Where a hosted server stands.</summary>
public enum HostedServerStatus
{
    /// <summary>The host has not started it yet.</summary>
    NotStarted,

    /// <summary>It listens. Clients are served when every hosted service of the host has started; until then they wait in the kernel.</summary>
    Listening,

    /// <summary>It accepts no more clients, and its connections continue: the host is stopping.</summary>
    Unbound,

    /// <summary>It has stopped.</summary>
    Stopped,

    /// <summary>It could not listen, or listening failed for good.</summary>
    Failed,
}
