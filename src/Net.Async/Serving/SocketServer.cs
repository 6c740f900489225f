using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A server over the engine's listener. Here the errors of accept are told apart into their three kinds.</summary>
internal sealed class SocketServer : Server
{
    private readonly IoListener _listener;
    private readonly AcceptPause _pause;

    public SocketServer(EndPoint endPoint, ServerOptions options)
        : base(options)
    {
        _listener = IoEngine.Default.Bind(endPoint, options.Connection.ToSettings(options.DualStack));
        _pause = new AcceptPause(_listener, options.Connection.TimeProvider);
    }

    public override EndPoint LocalEndPoint => _listener.LocalEndPoint;

    /// <summary>Lets go of the address after a start that failed.</summary>
    public void CloseUnstarted() => _listener.Close();

    protected override void StartListening() => _listener.Start(Options.Backlog);

    protected override void StopListening() => _listener.Close();

    protected override async ValueTask<Connection> AcceptOneAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var stream = await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                _pause.OnAccepted();
                if (Admits(stream.RemoteEndPoint))
                    return new StreamConnection(stream, Options.Connection, this);
                TurnAway(stream);
            }
            catch (SocketException exception) when (!cancellationToken.IsCancellationRequested && IsListening)
            {
                if (exception.IsShortage())
                    await _pause.ShortageAsync(exception, cancellationToken).ConfigureAwait(false);
                else if (exception.IsTroubleOfOneConnection())
                    await _pause.TroubleAsync(cancellationToken).ConfigureAwait(false);
                else
                    throw SocketErrors.Failure("accept on", LocalEndPoint, exception);
            }
        }
    }

    private void TurnAway(IoStream stream)
    {
        if (Options.ResetDenied)
            stream.Reset();
        else
            stream.Close();
    }

    private protected override void FollowUntilClosed(Connection connection) => ((StreamConnection)connection).Start();
}
