using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Net.Async;

/// <summary>One attempt to one end point: its stream while it connects, and what became of it.</summary>
/// <param name="number">Which one of its race, from 0.</param>
/// <param name="endPoint">What is connected to.</param>
/// <param name="behind">The IPv4 end point that a translator's address stands for; else null.</param>
/// <param name="journal">The clock, and the receivers of each step.</param>
internal sealed class RaceAttempt(int number, EndPoint endPoint, EndPoint? behind, RaceJournal journal)
{
    private readonly CancellationTokenSource _cancel = Unwatched.NewSource();
    private readonly TimeSpan _started = journal.Now;
    private Activity? _activity;
    private volatile ConnectAttempt? _told;
    private TransportStream? _stream;
    private Connection? _connection;
    private bool _failedAtOnce;
    private object? _result;
    private bool _over;

    public int Number => number;

    public EndPoint EndPoint => endPoint;

    /// <summary>The family of the host's address, which a translator's may stand for.</summary>
    public AddressFamily Family => (behind ?? endPoint).AddressFamily;

    /// <summary>What it connected; the winner's is the caller's, every other one is closed.</summary>
    public TransportStream? Stream => _stream;

    /// <summary>What was established.</summary>
    public object? Result => _result;

    /// <summary>Why it did not connect, in words for callers: they name neither a denied address nor a rule.</summary>
    public Exception? Error => _told?.Error;

    public ConnectOutcome Outcome => _told?.Outcome ?? ConnectOutcome.NotTried;

    /// <summary>It failed before anything left this machine: connect(2) said so itself, instead of a packet that came back.</summary>
    public bool SentNothing => Outcome == ConnectOutcome.Failed && Handshake is null && (Error as ConnectionException)?.Error switch
    {
        ConnectionError.AddressNotAvailable or ConnectionError.AddressFamilyNotSupported or ConnectionError.ResourceShortage => true,
        // On the loopback an answer may be there at once.
        ConnectionError.Refused or ConnectionError.Reset or ConnectionError.TimedOut => false,
        _ => _failedAtOnce,
    };

    public TimeSpan Duration => _told?.Duration ?? TimeSpan.Zero;

    /// <summary>How long the handshake took; null when there was none.</summary>
    public TimeSpan? Handshake { get; private set; }

    /// <summary>Nothing of it is open any more, unless it has won, and its end was reported.</summary>
    public bool IsOver => _told is not null;

    /// <summary>Ends it for another's sake, or for the caller's. One that is connected is closed at once: what it establishes may not look at the token.</summary>
    public void Cancel()
    {
        _cancel.CancelWithoutWaiting();
        if (Volatile.Read(ref _stream) is not null)
            End(new OperationCanceledException("Another attempt was faster, or the connect was ended."), ConnectOutcome.NoAnswer);
    }

    /// <summary>It has won: the stream is the caller's.</summary>
    public void Win()
    {
        if (TryOver())
            Tell(null, ConnectOutcome.Connected);
    }

    /// <summary>Connects, then establishes, then writes that it has ended. Never throws; what went wrong is the attempt's end.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="gate">Judges what is connected.</param>
    /// <param name="reason">Why it starts now.</param>
    /// <param name="establish">What else has to succeed, on a connection made of the stream; null when connecting is all.</param>
    /// <param name="inputs">The mailbox of the connect.</param>
    public async Task RunAsync(HappyEyeballsOptions options, PolicyGate gate, RaceReason reason, Func<TransportStream, RaceAttempt, CancellationToken, ValueTask>? establish, ChannelWriter<RaceInput> inputs)
    {
        try
        {
            journal.Started(endPoint, reason);
            _activity = journal.ActivityOf(endPoint);
            var stream = await DialAsync(options, gate).ConfigureAwait(false);
            Handshake = journal.Now - _started;
            // A full fence: a cancel either sees the stream, or is seen here.
            Interlocked.Exchange(ref _stream, stream);
            _cancel.Token.ThrowIfCancellationRequested();
            gate.CheckConnected(endPoint, stream.RemoteEndPoint);
            if (establish is not null)
                await establish(stream, this, _cancel.Token).ConfigureAwait(false);
        }
        catch (PolicyDenialException denial)
        {
            End(denial, ConnectOutcome.Denied);
        }
        catch (Exception exception)
        {
            End(exception, exception is OperationCanceledException && _cancel.IsCancellationRequested ? ConnectOutcome.NoAnswer : ConnectOutcome.Failed);
        }

        // Ended by a cancel: what was made since then is closed here.
        if (Volatile.Read(ref _over))
            await AbandonAsync().ConfigureAwait(false);
        inputs.TryWrite(new RaceInput(RaceInputKind.Ended) { Attempt = number });
    }

    /// <summary>Runs the handshake of TLS; what comes of it is the attempt's stream from here on.</summary>
    public async ValueTask<TransportStream> EncryptAsync(TransportStream stream, TlsClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var encrypted = await TlsHandshake.AsClientAsync(stream, options, time, cancellationToken).ConfigureAwait(false);
        // A full fence, as for the stream below: a cancel sees one of the two, and either closes both.
        Interlocked.Exchange(ref _stream, encrypted);
        cancellationToken.ThrowIfCancellationRequested();
        return encrypted;
    }

    /// <summary>Runs what has to succeed beside the connecting.</summary>
    public async ValueTask EstablishAsync(Connection connection, Establish establish, CancellationToken cancellationToken)
    {
        // Full fences, as for the stream.
        Interlocked.Exchange(ref _connection, connection);
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Exchange(ref _result, await establish(connection, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Closes what it has, and disposes what was established: it has ended, or it has won and its caller has gone.</summary>
    public Task AbandonAsync()
    {
        Close(new OperationCanceledException("The connect has ended."));
        return DisposeResultAsync();
    }

    public ConnectAttempt ToConnectAttempt() => _told ?? Made(ConnectOutcome.NotTried, TimeSpan.Zero, null);

    private async ValueTask<TransportStream> DialAsync(HappyEyeballsOptions options, PolicyGate gate)
    {
        await gate.CheckBeforeDialAsync(endPoint, _cancel.Token).ConfigureAwait(false);
        using var held = gate.Hold(endPoint);
        var dialling = options.Connection.Engine.ConnectAsync(endPoint, options.ToSettings(endPoint) with { DialAs = PolicyGate.DialName(held) }, _cancel.Token);
        _failedAtOnce = dialling.IsFaulted;
        return await dialling.ConfigureAwait(false);
    }

    // The first end is the end: one that has won is not closed any more.
    private void End(Exception exception, ConnectOutcome outcome)
    {
        if (!TryOver())
            return;
        Close(exception);
        _ = DisposeResultAsync();
        Tell(exception, outcome);
    }

    private bool TryOver() => !Interlocked.Exchange(ref _over, true);

    private void Tell(Exception? error, ConnectOutcome outcome)
    {
        var duration = journal.Now - _started;
        var shown = outcome switch
        {
            ConnectOutcome.Denied => new ConnectionException(ConnectionError.Denied, "The connection policy denies it.", endPoint),
            ConnectOutcome.NoAnswer => new ConnectionException(ConnectionError.TimedOut, FormattableString.Invariant($"No answer after {duration.TotalMilliseconds:0} ms."), endPoint),
            _ => Explained(error),
        };
        // Progress and telemetry have the rule, and what cancelled it.
        journal.Ended(endPoint, outcome, outcome == ConnectOutcome.Failed ? shown : error, _activity);
        _told = Made(outcome, duration, shown);
    }

    private ConnectAttempt Made(ConnectOutcome outcome, TimeSpan duration, Exception? error) =>
        new(endPoint, outcome, _started, duration, error) { IsReached = Handshake is not null, Kind = (error as ConnectionException)?.Error };

    // The kernel says EINVAL, which does not tell that the interface is missing.
    private Exception? Explained(Exception? error) =>
        error is ConnectionException { SocketError: SocketError.InvalidArgument } && endPoint is IPEndPoint { Address: { IsIPv6LinkLocal: true, ScopeId: 0 } address }
            ? new ConnectionException(ConnectionError.Unknown, HostEndPoint.NeedsInterface(address), endPoint, error.InnerException)
            : error;

    private void Close(Exception exception)
    {
        if (_connection is not null)
            _connection.Abort(exception);
        else
            _stream?.Close();
    }

    // What was established on a connection that lost: a TLS session, for example.
    private async Task DisposeResultAsync()
    {
        var result = Interlocked.Exchange(ref _result, null);
        try
        {
            if (result is IAsyncDisposable later)
                await later.DisposeAsync().ConfigureAwait(false);
            else
                (result as IDisposable)?.Dispose();
        }
        catch (Exception exception)
        {
            // It goes down with its connection in any case.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }
}
