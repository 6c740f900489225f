namespace Net.Async;

/// <summary>A reader that nobody has used yet can be given up, or be none from the start.</summary>
internal sealed partial class InputPipe
{
    private bool _detaching;

    /// <summary>There is nothing to read here, and the peer may send all the same: a close has to discard it.</summary>
    public bool IsUnreadable { get; private set; }

    /// <summary>Reserves an untouched reader: reads that come wait. Says why not, in words, when it was used.</summary>
    public string? BeginDetach()
    {
        lock (_lock)
        {
            if (_options.ReadAhead)
                return "receives ahead of its reader";
            if (BytesReceived > 0 || _buffer.Length > 0)
                return "has been read from";
            if (_reading || _wait.IsWaiting)
                return "is being read from";
            if (_completed || _ended || _stopped || _failure is not null)
                return "has ended";
            // A wait that only watches for the end may be parked. It takes nothing from the kernel; a receive does, and is over soon.
            _detaching = true;
            return null;
        }
    }

    /// <summary>It stays: reads that came meanwhile go on.</summary>
    public void CancelDetach()
    {
        bool park;
        lock (_lock)
        {
            _detaching = false;
            park = _wait.IsWaiting && ClaimKernel();
        }

        if (park)
            Park();
    }

    /// <summary>There is nothing to read from the start.</summary>
    public void EndUnread()
    {
        lock (_lock)
            _ended = _endShown = IsUnreadable = true;
    }
}
