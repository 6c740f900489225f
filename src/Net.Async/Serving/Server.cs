using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>A listening address, or several as one: enumerate the connections, accept them one by one, or serve them with a handler.</summary>
/// <remarks>
/// Accepting is on demand: no client is taken from the kernel's queue before a call or a free handler asks for it. A caller that accepts a connection owns it and disposes it.
/// <c>break</c> leaves the server listening; <see cref="StopAsync(TimeSpan, CancellationToken)"/> or a dispose ends it. A transport of your own is a <see cref="TransportListener"/>.
/// </remarks>
public sealed partial class Server : IAsyncEnumerable<Connection>, IAsyncDisposable
{
    private readonly ServerState _state;
    private readonly PhaseNotices _phases;
    private readonly ServerNotices _notices;
    private readonly Rundown _rundown = new();
    private readonly Demand _demand = new();
    private readonly ConnectionLimit _limit;
    private readonly UpgradeStage _upgrades;
    private readonly ConnectionRegistry _registry;
    private readonly AcceptLoop[] _loops;
    private int _serving;

    /// <summary>Takes listeners that are bound, at least one. They are the server's from here on.</summary>
    internal Server(IReadOnlyList<TransportListener> listeners, ServerOptions options)
    {
        options.Stop.Token.ThrowIfCancellationRequested();
        // A later change of the caller's object has no effect.
        options = options with { };
        Options = options;
        Listeners = listeners;
        LocalEndPoints = [.. listeners.Select(static listener => listener.LocalEndPoint)];
        _phases = new PhaseNotices(LocalEndPoints, options.Observer);
        _state = new ServerState(options, _phases);
        _notices = new ServerNotices(options);
        _limit = new ConnectionLimit(options.MaxConnections, options.Limits.FullMode);
        Stopping = _state.Stopping;
        var admission = new Admission(options, _limit, _notices, Stopping);
        _registry = new ConnectionRegistry(admission, _notices, _rundown, Stopping);
        _upgrades = new UpgradeStage(options.Upgrade, options.Connection.TimeProvider, Stopping);
        var intake = new ClientIntake(options, _demand, admission, _upgrades, _registry, _notices, _rundown);
        var pipeline = new AcceptPipeline(_demand, _limit, _upgrades, intake, _notices, options);
        _loops = [.. listeners.Select(listener => new AcceptLoop(listener, pipeline))];
        _limit.Filled = () => Array.ForEach(_loops, static loop => loop.Withdraw());
    }

    /// <summary>The address, with the port that the system chose; also after the stop.</summary>
    public EndPoint LocalEndPoint => LocalEndPoints[0];

    /// <summary>All addresses of a server that listens on several, in the order given; the first is <see cref="LocalEndPoint"/>.</summary>
    public IReadOnlyList<EndPoint> LocalEndPoints { get; }

    /// <summary>True between the start and the stop, or the unbind.</summary>
    public bool IsListening => _state.IsListening;

    /// <summary>A token that is cancelled when a stop begins, to ask every handler to finish. The same token as every <see cref="Connection.Stopping"/> of its connections.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Keeps the process alive from the start to the stop; without it the process ends with its last foreground thread. May change at any time.</summary>
    /// <value>Starts as <see cref="ListenerOptions.KeepProcessAlive"/>.</value>
    public bool KeepProcessAlive
    {
        get => _state.KeepProcessAlive;
        set => _state.KeepProcessAlive = value;
    }

    /// <summary>How many connections may be open at a time; a lower value than there are ends none of them. May change at any time.</summary>
    /// <value>Starts as <see cref="ServerOptions.MaxConnections"/>; null for no limit; 0 lets no client in.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? MaxConnections
    {
        get => _limit.Most;
        set => _limit.Most = ServerOptions.CheckLimit(value, nameof(MaxConnections));
    }

    /// <summary>What happens to clients while the server has <see cref="MaxConnections"/> connections. May change at any time.</summary>
    /// <value>Starts as <see cref="ServerLimits.FullMode"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the two.</exception>
    public ServerFullMode FullMode
    {
        get => _limit.FullMode;
        set => _limit.FullMode = ServerLimits.CheckFullMode(value, nameof(FullMode));
    }

    /// <summary>The open connections, as they are now.</summary>
    public IReadOnlyCollection<Connection> Connections => Array.AsReadOnly(_registry.Snapshot());

    /// <summary>How many connections are open: accepted here, upgraded, and not closed yet.</summary>
    public int ConnectionCount => _registry.Count;

    /// <summary>How many peers <see cref="ServerOptions.Policy"/> has denied so far.</summary>
    public long Denied => _notices.Denied;

    /// <summary>How many clients were turned away so far because a limit was reached: <see cref="MaxConnections"/>, or one of <see cref="ServerOptions.Limits"/>.</summary>
    public long Dropped => _notices.Dropped;

    /// <summary>Handlers that failed so far.</summary>
    public long HandlerFailures => _notices.HandlerFailures;

    /// <summary>A copy of the options that it was made with.</summary>
    internal ServerOptions Options { get; }

    /// <summary>The listeners, to pass them on.</summary>
    internal IReadOnlyList<TransportListener> Listeners { get; }

    private bool IsShared => Listeners.Any(static listener => listener.IsShared);

    /// <summary>Starts listening, after <see cref="Bind(EndPoint, ServerOptions?)"/>.</summary>
    /// <exception cref="InvalidOperationException">It was started or stopped before.</exception>
    /// <exception cref="ConnectionException">The address is in use, or the system refuses: the server has stopped then, and its addresses are free.</exception>
    public void Start()
    {
        try
        {
            _state.Start(Listen);
        }
        catch when (_state.Phase == ServerPhase.Bound)
        {
            // One of several may listen already: its clients would wait for ever.
            BeginStop();
            throw;
        }

        // After the notice: no notice of a connection comes before the one of the listening.
        foreach (var loop in _loops)
            Begin(loop);
        _state.FollowStopToken(StopInBackground);
    }

    /// <summary>Waits for the next connection. Several may wait; they are served in order.</summary>
    /// <param name="cancellationToken">Ends this wait; a connection that arrives for it goes to the next one.</param>
    /// <returns>The connection, which is the caller's to dispose.</returns>
    /// <exception cref="ConnectionException">The server has stopped (<see cref="ConnectionError.Closed"/>), or listening failed for good.</exception>
    /// <exception cref="InvalidOperationException">The server was not started, or <see cref="ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/> runs.</exception>
    public async ValueTask<Connection> AcceptAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfNotAccepting();
        return await _demand.NextAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new ConnectionException(ConnectionError.Closed, $"The server on {NetEndPoint.Format(LocalEndPoint)} has stopped.", LocalEndPoint);
    }

    /// <summary>Accepts on demand until the server stops. The loop is the accept loop: start each connection's work and continue with the next.</summary>
    /// <remarks>The loop's body owns each connection and disposes it. An exception that leaves the body ends the loop, and the server continues to listen. <see cref="ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/> does all of this for a handler.</remarks>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>; the server continues to listen.</param>
    public async IAsyncEnumerator<Connection> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        ThrowIfNotAccepting();
        while (await _demand.NextAsync(cancellationToken).ConfigureAwait(false) is { } connection)
            yield return connection;
    }

    /// <summary>
    /// Runs the handler for every connection until the server stops, and disposes each connection when its handler returns.
    /// Returns when nothing is accepted any more, because of a stop or an unbind, and every handler has ended.
    /// </summary>
    /// <param name="handler">
    /// Gets the connection and a token that is cancelled when a stop begins (the same as <see cref="Connection.Stopping"/>). A handler that then ends with an
    /// <see cref="OperationCanceledException"/> has not failed: its connection closes in an orderly way. One that ignores the token has until the stop's deadline.
    /// One that throws has its connection aborted, since a truncated answer must not look complete, and disturbs no other:
    /// it is counted in <see cref="HandlerFailures"/> and goes to <see cref="ServerOptions.OnError"/>.
    /// </param>
    /// <param name="cancellationToken">Stops the server within <see cref="StopOptions.Timeout"/>, then throws.</param>
    /// <exception cref="InvalidOperationException">Another serve runs already, or the server was not started.</exception>
    /// <exception cref="ConnectionException">Listening failed for good.</exception>
    [OverloadResolutionPriority(2)] // An async lambda is a task.
    public async Task ServeAsync(Func<Connection, CancellationToken, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (Interlocked.Exchange(ref _serving, 1) != 0)
            throw new InvalidOperationException("The server is being served already.");
        try
        {
            ThrowIfBound();
            using var stop = cancellationToken.UnsafeRegister(static server => ((Server)server!).StopInBackground(), this);
            var runner = new HandlerRunner(handler, Options.MaxHandlers, _demand, _notices, _rundown, Stopping);
            await runner.RunAsync(Options.Stop.Timeout, Options.Connection.TimeProvider, _state.Aborted).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _serving, 0);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Posts one message to the outbox of every open connection, without waiting. Each outbox that has no room does what <see cref="OutboxOptions.FullMode"/> says, and delays no other.</summary>
    /// <param name="message">The message, copied once; yours again when the call is over. For a selection of the connections see <see cref="Connections"/> and <see cref="Outbox.TryPostShared"/>.</param>
    /// <returns>How many connections took it.</returns>
    /// <exception cref="ArgumentException">The message is longer than an outbox of these connections can hold (<see cref="OutboxOptions.MaxBytes"/>).</exception>
    public int Broadcast(ReadOnlySpan<byte> message)
    {
        Options.Connection.Outbox.CheckLength(message, nameof(message));
        ReadOnlyMemory<byte> copy = message.ToArray();
        var taken = 0;
        foreach (var connection in _registry.Snapshot())
            taken += connection.Outbox.TryPostShared(copy) ? 1 : 0;
        return taken;
    }

    private void Listen()
    {
        foreach (var listener in Listeners)
            listener.Start(Options.Listener.Backlog);
    }

    // From the thread pool: the loops take nothing of the execution context of the caller that starts the server, nor of the one whose call they continue on.
    private void Begin(AcceptLoop loop)
    {
        if (_rundown.TryEnter())
            ThreadPool.UnsafeQueueUserWorkItem(static run => _ = run.Server.RunAsync(run.Loop), (Server: this, Loop: loop), preferLocal: false);
    }

    private async Task RunAsync(AcceptLoop loop)
    {
        await loop.RunAsync(EndByFailure).ConfigureAwait(false);
        _rundown.Leave();
    }

    private void ThrowIfNotAccepting()
    {
        if (Volatile.Read(ref _serving) != 0)
            throw new InvalidOperationException("ServeAsync takes every connection while it runs.");
        ThrowIfBound();
    }

    private void ThrowIfBound()
    {
        if (_state.Phase == ServerPhase.Bound)
            throw new InvalidOperationException("The server is bound and does not listen yet: call Start.");
    }
}
