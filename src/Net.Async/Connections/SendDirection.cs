namespace Net.Async;

/// <summary>Where the sending direction of a connection stands.</summary>
internal enum SendState : byte
{
    /// <summary>Bytes may be written.</summary>
    Open,

    /// <summary>A whole (a file, a stream with a length) is being handed over: an end that is asked for comes behind all of it.</summary>
    Held,

    /// <summary>The end was asked for while a whole is being handed over.</summary>
    HeldFinishing,

    /// <summary>The end was asked for: FIN follows when everything before it is sent.</summary>
    Finishing,

    /// <summary>FIN is being sent.</summary>
    Ending,

    /// <summary>FIN is sent.</summary>
    Ended,

    /// <summary>A send of the user's was cut off half-way: nothing follows it, and no FIN. An abort is on its way.</summary>
    Torn,

    /// <summary>Sending is over without a FIN, and nothing that was written is missing.</summary>
    Stopped,

    /// <summary>Sending is over, and bytes that were written were not sent.</summary>
    Lost,

    /// <summary>There is nothing to write to from the start.</summary>
    Disabled,
}

/// <summary>The state of the sending direction, without I/O. Guarded by its pipe's lock, part of it, and never copied.</summary>
/// <remarks>
/// The states of RFC 9293 that concern sending (RFC 9000, section 3.1, draws the same for a QUIC stream):
/// <code>
///    Open ---- finish ----> Finishing ---- all sent ----> Ending ---- FIN sent ----> Ended
///    | ^                        ^
///    v | hold, release          | release
///    Held ---- finish ----> HeldFinishing
///
///    a send is cut off:  Open, Held, HeldFinishing, Finishing ----> Torn
///    stop:               each of them, Ending and Torn ----> Stopped, or Lost when there is a failure and bytes are unsent
///    Disabled is a state from the start, and stays.
/// </code>
/// </remarks>
internal struct SendDirection
{
    public SendState State { get; private set; }

    /// <summary>What a flush throws after the end; null after an end without a failure.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether FIN was sent, or nothing can be sent any more.</summary>
    public readonly bool IsFinished => State is SendState.Ended or SendState.Stopped or SendState.Lost or SendState.Disabled;

    /// <summary>Whether nothing more is taken from the writer.</summary>
    public readonly bool IsOver => IsFinished || State is SendState.Finishing or SendState.Ending;

    /// <summary>Whether bytes may go to the transport.</summary>
    public readonly bool CanSend => State is SendState.Open or SendState.Held or SendState.HeldFinishing or SendState.Finishing;

    /// <summary>Whether a whole is being handed over.</summary>
    public readonly bool IsHeld => State is SendState.Held or SendState.HeldFinishing;

    /// <summary>A whole is about to be handed over.</summary>
    /// <returns>False when the direction does not take it.</returns>
    public bool Hold()
    {
        if (State != SendState.Open)
            return false;
        State = SendState.Held;
        return true;
    }

    /// <summary>All of the whole was handed over, or the connection was aborted.</summary>
    public void Release() => State = State switch
    {
        SendState.Held => SendState.Open,
        SendState.HeldFinishing => SendState.Finishing,
        _ => State,
    };

    /// <summary>The end is asked for.</summary>
    public void Finish() => State = State switch
    {
        SendState.Open => SendState.Finishing,
        SendState.Held => SendState.HeldFinishing,
        _ => State,
    };

    /// <summary>Everything before the end is sent.</summary>
    /// <returns>True once, when FIN is to be sent.</returns>
    public bool BeginEnd()
    {
        if (State != SendState.Finishing)
            return false;
        State = SendState.Ending;
        return true;
    }

    /// <summary>A send of the user's was cut off half-way.</summary>
    public void Tear() => State = CanSend ? SendState.Torn : State;

    /// <summary>Nothing is sent any more. Without a failure while FIN is being sent, that was its success.</summary>
    /// <param name="failure">What later flushes throw; null for none.</param>
    /// <param name="bytesUnsent">Bytes that were written have not gone to the transport.</param>
    /// <returns>False when it was over before.</returns>
    public bool Stop(Exception? failure, bool bytesUnsent)
    {
        if (IsFinished)
            return false;
        var isLost = failure is not null && (bytesUnsent || IsHeld || State == SendState.Torn);
        State = isLost ? SendState.Lost : failure is null && State == SendState.Ending ? SendState.Ended : SendState.Stopped;
        Failure = failure;
        return true;
    }

    /// <summary>There is nothing to write to from the start.</summary>
    public void Disable()
    {
        if (State == SendState.Open)
            State = SendState.Disabled;
    }
}
