using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>One address of a server. Here the errors of accept are told apart into their three kinds.</summary>
internal sealed class Door(TransportListener listener, TimeProvider time)
{
    private readonly AcceptPause _pause = new(listener.LocalEndPoint, time);
    private volatile bool _closed;

    public ServerAddress Address { get; } = new(listener.LocalEndPoint);

    public void Start(int backlog) => listener.Start(backlog);

    /// <summary>Waits for one client. What is thrown beside a cancellation ends the listening.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var stream = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false)
                    ?? throw new InvalidOperationException($"{listener.GetType().Name} returned null instead of a stream.");
                if (stream.IsOfTheReserve)
                    throw _pause.TurnAway(stream);
                _pause.OnAccepted();
                return stream;
            }
            catch (SocketException exception) when (!_closed)
            {
                NoteError(exception);
                // Whatever it is will be met again by the next accept: this one was called off.
                cancellationToken.ThrowIfCancellationRequested();
                if (exception.IsShortage())
                    await _pause.ShortageAsync(exception, cancellationToken).ConfigureAwait(false);
                else if (exception.IsTroubleOfOneConnection())
                    await _pause.TroubleAsync(cancellationToken).ConfigureAwait(false);
                else
                    throw SocketErrors.Failure("accept on", Address.EndPoint, exception);
            }
        }
    }

    public void Close()
    {
        // First: that the close ends an accept under way is no failure to tell anybody of.
        _closed = true;
        Close(listener);
    }

    /// <summary>Closes a listener and takes its file away.</summary>
    public static void Close(TransportListener listener)
    {
        if (listener.IsShared)
        {
            listener.CloseShared();
            return;
        }

        // While the socket still lives, its file cannot be mistaken for another.
        listener.SocketFile?.Remove();
        listener.Close();
    }

    private void NoteError(SocketException exception)
    {
        if (ServerTelemetry.AcceptErrors.Enabled)
            ServerTelemetry.AcceptErrors.Count(1, Address.TagsWith("error.type", exception.ToConnectionError().ToString()));
    }
}
