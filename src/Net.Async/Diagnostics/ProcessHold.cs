namespace Net.Async;

/// <summary>Keeps the process alive while anybody asks for it: one foreground thread that sleeps, for all of them.</summary>
/// <remarks>Node's <c>ref</c>. .NET ends a process with its last foreground thread, and nothing here has one of its own.</remarks>
internal static class ProcessHold
{
    private static readonly Lock s_lock = new();
    private static ManualResetEventSlim? s_released;
    private static int s_holders;

    public static void Enter()
    {
        lock (s_lock)
        {
            if (++s_holders > 1)
                return;
            var released = s_released = new ManualResetEventSlim();
            new Thread(released.Wait, 64 * 1024) { Name = "Net.Async keeps the process alive" }.Start();
        }
    }

    public static void Leave()
    {
        lock (s_lock)
        {
            if (--s_holders > 0)
                return;
            s_released!.Set();
            s_released = null;
        }
    }
}
