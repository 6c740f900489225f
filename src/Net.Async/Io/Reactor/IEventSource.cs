namespace Net.Async;

/// <summary>What is registered with a loop: a descriptor's events end its waits.</summary>
internal interface IEventSource
{
    /// <summary>Which registration of its loop's: slot and generation, so that an event of a closed descriptor never reaches the slot's next owner.</summary>
    ulong RegistrationId { get; set; }

    /// <summary>Its work must not keep the loop's thread: it goes to the thread pool.</summary>
    bool GoesToPool { get; }

    /// <summary>Takes note of an event. It runs no user's code, and never blocks.</summary>
    /// <returns>The end of a wait, for the loop to run; null when the event ends none.</returns>
    IThreadPoolWorkItem? OnEvent(uint mask);

    /// <summary>Its work has kept the loop's thread for too long.</summary>
    void OnStalled();
}
