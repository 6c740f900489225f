namespace Net.Async;

/// <summary>How a relay has ended, and what it has passed on.</summary>
public sealed class RelayResult
{
    internal RelayResult(long bytesToOther, long bytesFromOther, ConnectionException? failure, Connection? failedConnection) =>
        (BytesToOther, BytesFromOther, Failure, FailedConnection) = (bytesToOther, bytesFromOther, failure, failedConnection);

    /// <summary>Bytes that the connection's peer has sent and the other connection's kernel has taken.</summary>
    public long BytesToOther { get; }

    /// <summary>Bytes that the other connection's peer has sent and the connection's kernel has taken.</summary>
    public long BytesFromOther { get; }

    /// <summary>What has ended it before both peers had: a reset, a time limit, a close from this side. Both connections were aborted with it.</summary>
    /// <value>Null after an orderly end: every byte was passed on, and each peer was sent the other one's end.</value>
    public ConnectionException? Failure { get; }

    /// <summary>The connection that has failed first.</summary>
    /// <value>Null after an orderly end, and when <see cref="RelayOptions.IdleTimeout"/> has passed.</value>
    public Connection? FailedConnection { get; }
}
