namespace Net.Async;

/// <summary>What a connection does when its lifetime changes. Every call comes without a lock of a pipe.</summary>
internal interface IConnectionEvents
{
    /// <summary>The number of the connection, for messages.</summary>
    long Id { get; }

    /// <summary>A byte has moved, either way.</summary>
    void OnActivity();

    /// <summary>The reader has seen the peer's end. What follows from it must not run on the reader's stack.</summary>
    void OnEndRead();

    /// <summary>The reader was completed, or the output has finished.</summary>
    void OnDirectionEnded();

    /// <summary>Ends both pipes at once, before the transport is closed.</summary>
    void StopPipes();

    /// <summary>Ends sending after a failure of the transport. The reader keeps what was received before it.</summary>
    void StopSending();

    /// <summary>The connection has ended. Called once, after the reason is known and before the tokens fire.</summary>
    void OnEnded();

    /// <summary>A limit is about to end the connection. Called once at most, before its end is reported.</summary>
    void OnLimitReached(ConnectionLimitKind limit);

    /// <summary>The tokens have fired: the server that accepted the connection may forget it.</summary>
    void NotifyOwner();
}
