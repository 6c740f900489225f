using System.Net.Security;

namespace Net.Async;

/// <summary>A handshake on a transport, within its time limit. The transport is reset when it fails.</summary>
internal static class TlsHandshake
{
    /// <summary>Runs it as the client.</summary>
    public static Task<TlsTransport> AsClientAsync(TransportStream stream, TlsClientOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        RunAsync(stream, tls => tls.AuthenticateAsClientAsync(options.ToAuthentication(), CancellationToken.None), options.HandshakeTimeout, time, cancellationToken);

    /// <exception cref="ConnectionException">It failed, or took too long.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<TlsTransport> RunAsync(TransportStream stream, Func<SslStream, Task> authenticate, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var peer = stream.RemoteEndPoint;
        var tls = TlsTransport.Over(stream);
        using var limit = new UpgradeLimit(TimerQueue.Of(time), timeout, cancellationToken);
        // A receive of a transport takes no token: a reset ends it.
        var registration = limit.Token.UnsafeRegister(static tls => ((TlsTransport)tls!).Reset(), tls);
        try
        {
            await tls.ShakeHandsAsync(authenticate).ConfigureAwait(false);
            // Waits for a reset that has begun: what was reset in the last moment is no success.
            await registration.DisposeAsync().ConfigureAwait(false);
            limit.Token.ThrowIfCancellationRequested();
            return tls;
        }
        catch (Exception exception)
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            tls.Reset();
            cancellationToken.ThrowIfCancellationRequested();
            throw limit.HasPassed ? TlsErrors.HandshakeTimedOut(peer, timeout) : TlsErrors.HandshakeFailed(peer, exception);
        }
    }
}
