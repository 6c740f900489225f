namespace Net.Async;

/// <summary>Who is told of a descriptor's events.</summary>
internal interface IWatched
{
    /// <summary>Which one of its loop's: slot and generation, so that an event of a closed descriptor never reaches the next tenant.</summary>
    ulong WatchId { get; set; }

    /// <summary>Its work must not stand on the loop: it goes to the thread pool.</summary>
    bool GoesToPool { get; }

    /// <summary>Takes note of an event, and runs who waits for it, by way of <see cref="ReactorLoop.Start"/>. Never blocks by itself.</summary>
    /// <returns>False when the loop was taken over meanwhile: the thread must leave it.</returns>
    bool OnEvent(uint mask);

    /// <summary>Its work has kept the loop's thread for too long.</summary>
    void OnStalled();
}
