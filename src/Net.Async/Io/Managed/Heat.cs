namespace Net.Async;

/// <summary>Whether a socket's next wait is a round of the hot queue: learned from how its looks ended. Used by one receiver at a time.</summary>
internal struct Heat
{
    private const int Hottest = 8, MissCosts = 2, ProbeEvery = 8;

    // Bytes: every connection has one.
    private byte _heat;
    private byte _cold;
    private bool _looking;

    /// <summary>Asked before each wait. A cold socket tries now and then.</summary>
    public bool GoesHot()
    {
        // The look of the round before found nothing: this one waits for the event.
        if (_looking)
        {
            _looking = false;
            _heat = (byte)Math.Max(_heat - MissCosts, 0);
            return false;
        }

        return _looking = _heat > 0 || ++_cold % ProbeEvery == 0;
    }

    public void OnReceived(bool something)
    {
        if (!something || !_looking)
            return;
        _looking = false;
        _heat = (byte)Math.Min(_heat + 1, Hottest);
    }
}
