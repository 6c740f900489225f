using System.Net.Sockets;

namespace Net.Async;

/// <summary>The error that a call has taken out of the kernel, which gives it to one call only: the next receive would take a reset for the peer's end.</summary>
/// <remarks>Part of its stream, never copied. One receive and one send may run side by side (docs/decisions/0052).</remarks>
internal struct ToldError
{
    private const int MostSpins = 100;

    private short _error; // a SocketError: the struct fits beside what a stream has anyway
    private volatile bool _isSending;
    private bool _hasEnded;

    /// <summary>The error that was returned; success while there is none.</summary>
    public readonly SocketError Error => (SocketError)Volatile.Read(in _error);

    /// <summary>From here on until <see cref="EndSend"/> a send may have an error that is not noted yet.</summary>
    public void BeginSend() => _isSending = true;

    /// <summary>Notes what a send has said, and then that it is over: a receive that finds none under way finds the error.</summary>
    public SocketError EndSend(SocketError error)
    {
        Note(error);
        _isSending = false;
        return error;
    }

    /// <summary>Notes what a call has said.</summary>
    public SocketError Note(SocketError error)
    {
        // "Shutdown" (EPIPE) is what every send says after the end, and also after a reset that came behind the peer's FIN: then the end is one.
        // "Not supported" is about the file that was to be sent.
        if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.Shutdown or SocketError.OperationAborted or SocketError.OperationNotSupported))
            Volatile.Write(ref _error, (short)error);
        return error;
    }

    /// <summary>A receive has said that the peer has ended: says whether that is so. An end that was returned stays one.</summary>
    /// <param name="stream">For the question.</param>
    /// <param name="ask">What the kernel knows of the socket; asked only while a send is under way.</param>
    public TransportResult AtEnd<TStream>(TStream stream, Func<TStream, TcpInformation> ask)
    {
        if (_hasEnded)
            return TransportResult.Of(0);
        // A send that is under way, of a side that has not ended, in a socket that is closed: the error is on its way to that send.
        var isLost = _isSending && ask(stream).IsClosed && IsSendingStill();
        // After the look: a send that has ended meanwhile has noted its error.
        if (Error is not SocketError.Success and var error)
            return TransportResult.Of(error);
        if (isLost)
            return TransportResult.Of(Note(SocketError.ConnectionReset));
        _hasEnded = true;
        return TransportResult.Of(0);
    }

    // The peer's FIN and then its reset lead to the same state, and give the send EPIPE: a send that is only about to note what it was told is awaited, one that waits for room is not.
    private readonly bool IsSendingStill()
    {
        var spin = new SpinWait();
        for (var i = 0; i < MostSpins && _isSending; i++)
            spin.SpinOnce(sleep1Threshold: -1);
        return _isSending;
    }
}
