namespace Net.Async;

/// <summary>Threads of our own: they hold no process, carry no execution context, and the system may have none to give.</summary>
internal static class BackgroundThread
{
    /// <summary>Starts one; false when the system has none to give. A thread takes memory and, while it starts, descriptors.</summary>
    public static bool TryStart(ThreadStart run, string name)
    {
        try
        {
            new Thread(run) { IsBackground = true, Name = name }.UnsafeStart();
            return true;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            return false;
        }
    }
}
