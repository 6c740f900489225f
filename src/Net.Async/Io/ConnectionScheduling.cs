namespace Net.Async;

/// <summary>Where the code runs that waited for a connection: on the engine's thread, or on the thread pool.</summary>
/// <remarks>
/// It decides about speed, not about safety: the reactor takes a loop away from a thread that stalls in a continuation, within some milliseconds,
/// and moves the connection to the thread pool until it behaves. The managed engine always uses the thread pool.
/// </remarks>
public enum ConnectionScheduling
{
    /// <summary>As the engine does it: the reactor runs it inline, and on the thread pool after it has stood still; the managed engine uses the thread pool.</summary>
    EngineDefault = 0,

    /// <summary>Always on the engine's thread, also after it has stood still: each time costs the other connections of the loop some milliseconds.</summary>
    Inline = 1,

    /// <summary>Always on the thread pool: for handlers that compute or block for long as a rule.</summary>
    ThreadPool = 2,
}
