namespace Net.Async;

/// <summary>Where the receiving direction of a connection stands.</summary>
internal enum ReceiveState : byte
{
    /// <summary>Bytes may come.</summary>
    Open,

    /// <summary>Reserved: the stream is about to be given away, and nothing is received.</summary>
    Transferring,

    /// <summary>The peer's FIN was received behind bytes that are still unread.</summary>
    EndReceived,

    /// <summary>The reader has seen the peer's end.</summary>
    EndRead,

    /// <summary>Receiving failed; what came before it is still to be delivered.</summary>
    Failed,

    /// <summary>This side has ended reading; what came before it is dropped.</summary>
    Stopped,

    /// <summary>As <see cref="Stopped"/>, and the peer's FIN has been received.</summary>
    EndLost,

    /// <summary>There is nothing to read from the start. The peer may send all the same, and a close has to discard it.</summary>
    Unreadable,
}

/// <summary>The state of the receiving direction, without I/O. Guarded by its pipe's lock, part of it, and never copied.</summary>
/// <remarks>
/// The states of RFC 9293 that concern receiving, and what the reader has seen of them (RFC 9000, section 3.2, draws the same for a QUIC stream):
/// <code>
///                 FIN, bytes unread                the reader sees it
///    Open ------------------------> EndReceived --------------------> EndRead
///    | | \                               |        stop, bytes unread     |
///    | |  \------ FIN, nothing unread ---|------------------------------>|
///    | |                                 | stop                          |
///    | | error                           v                               |
///    | +-------> Failed               EndLost &lt;--------------------------+
///    |             | stop                ^
///    |   stop      v                     | FIN
///    +---------> Stopped ----------------+
///
///    Open &lt;--> Transferring, which ends as Open does; Unreadable is a state from the start, and stays.
/// </code>
/// </remarks>
internal struct ReceiveDirection
{
    public ReceiveState State { get; private set; }

    /// <summary>What a read throws once nothing is left to deliver; null while there is no failure, and where this side's own close has ended reading.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether a receive may begin.</summary>
    public readonly bool IsOpen => State == ReceiveState.Open;

    /// <summary>Whether the peer's FIN has come, or never will.</summary>
    public readonly bool HasEnded => State is ReceiveState.EndReceived or ReceiveState.EndRead or ReceiveState.EndLost or ReceiveState.Unreadable;

    /// <summary>Whether a read says that the peer has ended.</summary>
    public readonly bool IsAtEnd => State is ReceiveState.EndReceived or ReceiveState.EndRead or ReceiveState.Unreadable;

    /// <summary>Whether what was received is dropped.</summary>
    public readonly bool IsStopped => State is ReceiveState.Stopped or ReceiveState.EndLost;

    private readonly bool MayReceive => State is ReceiveState.Open or ReceiveState.Transferring;

    /// <summary>The peer's FIN was received.</summary>
    public void End(bool bytesUnread)
    {
        if (MayReceive)
            State = bytesUnread ? ReceiveState.EndReceived : ReceiveState.EndRead;
        else if (State == ReceiveState.Stopped)
            State = ReceiveState.EndLost;
    }

    /// <summary>Receiving failed.</summary>
    public void Fail(Exception failure)
    {
        if (MayReceive)
            (State, Failure) = (ReceiveState.Failed, failure);
    }

    /// <summary>A read shows the peer's end.</summary>
    /// <returns>True for the first one.</returns>
    public bool ShowEnd()
    {
        if (State != ReceiveState.EndReceived)
            return false;
        State = ReceiveState.EndRead;
        return true;
    }

    /// <summary>This side ends reading. A reader that has read to the end keeps reading "the end": nothing was taken from it.</summary>
    public void Stop(Exception? failure, bool bytesUnread)
    {
        if (MayReceive || State == ReceiveState.Failed)
            (State, Failure) = (ReceiveState.Stopped, failure);
        else if (State == ReceiveState.EndReceived || (State == ReceiveState.EndRead && bytesUnread))
            (State, Failure) = (ReceiveState.EndLost, failure);
    }

    /// <summary>Reserves the direction: no receive begins.</summary>
    /// <returns>False when it is not open.</returns>
    public bool BeginTransfer()
    {
        if (!IsOpen)
            return false;
        State = ReceiveState.Transferring;
        return true;
    }

    /// <summary>The stream was not given away.</summary>
    public void CancelTransfer()
    {
        if (State == ReceiveState.Transferring)
            State = ReceiveState.Open;
    }

    /// <summary>There is nothing to read from the start.</summary>
    public void MarkUnreadable()
    {
        if (IsOpen)
            State = ReceiveState.Unreadable;
    }
}
