namespace Net.Async;

/// <summary>What the sending side tells the writer above it.</summary>
internal interface ISender
{
    /// <summary>Ends the write or flush that waits, when there is something to say. Without the lock.</summary>
    /// <param name="inline">Its continuation may run here, which is the engine's thread.</param>
    void Wake(bool inline);
}
