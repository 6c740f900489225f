namespace Net.Async;

public abstract partial class Connection
{
    /// <summary>What TLS has agreed on: its version, the names, the certificates.</summary>
    /// <value>Null when the connection is not encrypted by this library.</value>
    public TlsFeature? Tls => Layer<TlsTransport>()?.Feature;

    /// <summary>Changes to TLS in mid-stream, as the client (STARTTLS): shakes hands on the transport of this connection, and returns the connection to use from here on.</summary>
    /// <remarks>
    /// Read the peer's consent and nothing behind it, flush what you have sent, and complete neither side. This connection ends without the peer's notice; its owner, a server for example, has the new one in its place,
    /// and a dispose or an abort of this one is one of the new one.
    /// </remarks>
    /// <param name="options">With <see cref="TlsClientOptions.TargetHost"/>. They are copied.</param>
    /// <param name="cancellationToken">Resets the connection and throws.</param>
    /// <exception cref="ArgumentException"><see cref="TlsClientOptions.TargetHost"/> is null.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="DetachTransport"/>: a read or a flush is under way, or bytes are unflushed.</exception>
    /// <exception cref="ConnectionException">The handshake failed (<see cref="ConnectionError.EstablishFailed"/>) or took too long; or bytes were received that the caller has not read, which may be another's (<see cref="ConnectionError.InvalidData"/>). The connection is reset.</exception>
    public Task<Connection> UpgradeToTlsAsync(TlsClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TargetHost is null)
            throw new ArgumentException($"{nameof(TlsClientOptions.TargetHost)} must be set: the name that the server's certificate must have.", nameof(options));
        options = options with { };
        return UpgradeAsync((stream, token) => TlsHandshake.AsClientAsync(stream, options, TimeProvider, token), cancellationToken);
    }

    /// <summary>Changes to TLS in mid-stream, as the server (STARTTLS): shakes hands on the transport of this connection, and returns the connection to use from here on.</summary>
    /// <remarks>As for the client's side. Flush the consent before.</remarks>
    /// <param name="options">With a certificate. They are copied.</param>
    /// <param name="cancellationToken">Resets the connection and throws.</param>
    /// <exception cref="ArgumentException">There is no certificate.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="DetachTransport"/>: a read or a flush is under way, or bytes are unflushed.</exception>
    /// <exception cref="ConnectionException">The handshake failed (<see cref="ConnectionError.EstablishFailed"/>) or took too long; or bytes were received that the caller has not read, which may be another's (<see cref="ConnectionError.InvalidData"/>). The connection is reset.</exception>
    public Task<Connection> UpgradeToTlsAsync(TlsServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.CheckCertificate(nameof(options));
        var upgrade = TlsServerUpgrade.Of(options, TimeProvider);
        return UpgradeAsync(upgrade.RunAsync, cancellationToken);
    }

    private async Task<Connection> UpgradeAsync(Func<TransportStream, CancellationToken, Task<TlsTransport>> shakeHands, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Layer<TlsTransport>() is not null)
            throw new InvalidOperationException("The connection speaks TLS already.");
        var former = (StreamConnection)this;
        var succession = former.BeginSuccession();
        var readAhead = succession.Detached.ReadAhead.Length;
        try
        {
            if (readAhead > 0)
                throw TlsErrors.ReadAhead(RemoteEndPoint, readAhead);
            return former.CompleteSuccession(succession, await shakeHands(succession.Detached.Stream, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            succession.Fail();
            throw;
        }
    }
}
