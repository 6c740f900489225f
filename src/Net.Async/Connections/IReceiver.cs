using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What the receiving side asks of the reader above it, and tells it.</summary>
internal interface IReceiver
{
    /// <summary>Whether the reader was completed.</summary>
    bool IsCompleted { get; }

    /// <summary>Whether bytes are wanted: a read waits for them, or they are received ahead. Under the lock.</summary>
    bool WantsBytesLocked();

    /// <summary>Ends the read that waits, when there is something to say. Under the lock; <see cref="CompleteRead"/> follows outside of it.</summary>
    bool TryEndReadLocked(out ReadEnd end);

    /// <summary>Sets the outcome of the read that was ended.</summary>
    /// <param name="end">What the read says.</param>
    /// <param name="inline">Its continuation may run here, which is the engine's thread.</param>
    void CompleteRead(in ReadEnd end, bool inline);

    /// <summary>The transport became readable, and no bytes were wanted.</summary>
    void OnUnwantedBytes();
}

/// <summary>What a read says.</summary>
/// <param name="Result">The bytes, and whether they are the last.</param>
/// <param name="Failure">What it throws instead; null for nothing.</param>
/// <param name="ShowsEnd">It is the first that shows the peer's end.</param>
internal readonly record struct ReadEnd(ReadResult Result, Exception? Failure, bool ShowsEnd);
