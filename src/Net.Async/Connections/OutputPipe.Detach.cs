namespace Net.Async;

/// <summary>A writer that nobody has used yet can be given up, or be none from the start.</summary>
internal sealed partial class OutputPipe
{
    private string? _refusal;

    /// <summary>Reserves an untouched writer: flushes that come wait. Says why not, in words, when it was used.</summary>
    public string? BeginDetach()
    {
        lock (_lock)
        {
            if (BytesSent > 0 || _sending || _buffer.Pending > 0)
                return "has been written to";
            if (_completed || _finishing || _stopped)
                return "has ended";
            _sending = true;
            return null;
        }
    }

    /// <summary>It stays: what was written meanwhile goes out.</summary>
    public void CancelDetach()
    {
        SendAndWake();
    }

    /// <summary>Lets go of what was written meanwhile.</summary>
    public void EndDetach()
    {
        lock (_lock)
        {
            _sending = false;
            DiscardIfStopped();
        }
    }

    /// <summary>There is nothing to write to from the start: every attempt says so, and FIN is not ours to send.</summary>
    public void Refuse(string refusal)
    {
        lock (_lock)
        {
            _refusal = refusal;
            _stopped = IsFinished = true;
        }
    }
}
