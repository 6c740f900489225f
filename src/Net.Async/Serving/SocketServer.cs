using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A server over the engine's listener. Here the errors of accept are told apart into their three kinds.</summary>
internal sealed class SocketServer : Server
{
    private const int DeniedInARow = 64;

    private readonly IoListener _listener;
    private readonly AcceptPause _pause;

    public SocketServer(EndPoint endPoint, ServerOptions options)
        : base(options)
    {
        _listener = IoEngine.Default.Bind(endPoint, new ListenSettings(options.Connection.ToSettings(), options.DualStack));
        _pause = new AcceptPause(_listener, options.Connection.TimeProvider);
    }

    public override EndPoint LocalEndPoint => _listener.LocalEndPoint;

    /// <summary>Lets go of the address after a start that failed.</summary>
    public void CloseUnstarted() => _listener.Close();

    protected override void StartListening() => _listener.Start(Options.Backlog);

    protected override void StopListening() => _listener.Close();

    protected override async ValueTask<Connection> AcceptOneAsync(CancellationToken cancellationToken)
    {
        var denied = 0;
        while (true)
        {
            try
            {
                var stream = await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                _pause.OnAccepted();
                if (Admits(stream.RemoteEndPoint))
                    return new StreamConnection(stream, Options.Connection, this);
                TurnAway(stream);
                // The kernel's queue may be full of them: whoever waits must be heard meanwhile.
                if (++denied % DeniedInARow == 0)
                    await Task.Yield();
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

    private protected override bool JudgesBeforehand => true;

    private void TurnAway(IoStream stream)
    {
        if (Options.ResetDenied)
            stream.Reset();
        else
            stream.Close();
    }

    private protected override void FollowUntilClosed(Connection connection) => ((StreamConnection)connection).Start();
}
