namespace Net.Async;

/// <summary>Turns the stream of an accepted client into another before the connection is made: a TLS handshake, the header of a proxy.</summary>
/// <remarks>A server runs the upgrades of its options for each client, many clients at a time, within a time limit. Derive from it for a protocol of your own.</remarks>
public abstract class ConnectionUpgrade
{
    /// <summary>Upgrades one stream. Called for many clients at once.</summary>
    /// <param name="stream">The client's stream; the upgrade has it to itself until it returns.</param>
    /// <param name="cancellationToken">Cancelled when the time limit passes, or when the server stops. The stream given is reset then, also when the upgrade does not return.</param>
    /// <returns>
    /// The stream that the connection is to use: the one given, or one over it, which then owns it. Where its <see cref="TransportStream.RemoteEndPoint"/> is another,
    /// the server's policy and limits are asked again, with that address. Bytes that were read and belong to the connection must come out of it again.
    /// </returns>
    /// <exception cref="Exception">Any exception fails the upgrade: the stream given is reset, and the server tells it to its observer.</exception>
    public abstract ValueTask<TransportStream> UpgradeAsync(TransportStream stream, CancellationToken cancellationToken);
}
