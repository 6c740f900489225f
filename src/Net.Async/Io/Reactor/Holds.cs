namespace Net.Async;

/// <summary>Who uses a descriptor now: it is closed by the last one out, so that no call ever meets its number's next owner.</summary>
/// <remarks>Bit 0 says "closed", the rest counts. Whoever is told "last" closes; that is told once.</remarks>
internal struct Holds
{
    private const int Closed = 1, One = 2;

    private int _state;
    private int _told;

    public readonly bool IsClosed => (Volatile.Read(in _state) & Closed) != 0;

    /// <summary>Takes a hold; false, and nothing is held, when it is closed.</summary>
    /// <param name="last">This call was the last one out after all: close the descriptor.</param>
    public bool TryEnter(out bool last)
    {
        last = false;
        if ((Interlocked.Add(ref _state, One) & Closed) == 0)
            return true;
        last = Leave();
        return false;
    }

    /// <summary>Gives the hold back.</summary>
    /// <returns>Whether this was the last one out: close the descriptor.</returns>
    public bool Leave() => Interlocked.Add(ref _state, -One) == Closed && Tell();

    /// <summary>Lets nobody in any more.</summary>
    /// <param name="last">Nobody is in: close the descriptor.</param>
    /// <returns>Whether this call closed it; false when another did.</returns>
    public bool Close(out bool last)
    {
        var before = Interlocked.Or(ref _state, Closed);
        last = before == 0 && Tell();
        return (before & Closed) == 0;
    }

    private bool Tell() => Interlocked.Exchange(ref _told, 1) == 0;
}
