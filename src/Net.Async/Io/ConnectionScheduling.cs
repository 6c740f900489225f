namespace Net.Async;

/// <summary>Where the code runs that waited for a connection: on the engine's thread, or on the thread pool.</summary>
/// <remarks>
/// It decides about speed, not about safety: the reactor moves a loop to another thread within some milliseconds when a continuation stalls it,
/// and moves the connection to the thread pool until it behaves. The managed engine always uses the thread pool.
/// </remarks>
public enum ConnectionScheduling
{
    /// <summary>As the engine does it: the reactor runs it inline, and on the thread pool after a continuation has stalled its loop; the managed engine uses the thread pool.</summary>
    EngineDefault = 0,

    /// <summary>Always on the engine's thread, also after a continuation has stalled its loop: each stall costs the other connections of the loop some milliseconds.</summary>
    Inline = 1,

    /// <summary>Always on the thread pool: for handlers that compute or block for long as a rule.</summary>
    ThreadPool = 2,
}
