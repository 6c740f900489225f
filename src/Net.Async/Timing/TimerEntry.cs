namespace Net.Async;

/// <summary>Something with a due time in a <see cref="TimerQueue"/>. An entry belongs to one queue.</summary>
internal abstract class TimerEntry
{
    internal const int NotQueued = -1;

    /// <summary>A time stamp of the queue's clock. Written by the queue, under its lock.</summary>
    public long Due { get; internal set; }

    /// <summary>The place in the queue's heap. Used under the queue's lock.</summary>
    internal int Index { get; set; } = NotQueued;

    /// <summary>Called once when the time has come, on the timer's thread. Must be short: the other entries wait for it. What it throws is reported to the event source.</summary>
    public abstract void OnElapsed();
}
