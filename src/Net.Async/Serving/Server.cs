using System.Net;

namespace Net.Async;

/// <summary>A listening address: enumerate its connections, accept them one by one, or serve them with a handler.</summary>
/// <remarks>
/// Accepting is on demand: nothing is taken from the kernel's queue before somebody asks. Whoever accepts a connection owns it and disposes it.
/// <c>break</c> leaves the server listening; <see cref="StopAsync(TimeSpan, CancellationToken)"/> or a dispose ends it.
/// Derive from it to bring a transport: implement one accept and one stop, and the rest (order, serving, stopping, live connections) is here.
/// </remarks>
public abstract partial class Server : IAsyncEnumerable<Connection>, IAsyncDisposable, IConnectionOwner
{
    private readonly Lock _lock = new();
    private readonly AcceptQueue _accepts;
    private readonly CancellationTokenSource _stopping = Unwatched.NewSource();
    private bool _started;
    private bool _stopped;

    /// <summary>Starts with the options.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="OperationCanceledException"><see cref="ServerOptions.StopToken"/> is cancelled already.</exception>
    protected Server(ServerOptions? options = null)
    {
        Options = options ?? ServerOptions.Default;
        Options.StopToken.ThrowIfCancellationRequested();
        _mostConnections = Options.MaxConnections ?? NoLimit;
        _whenFull = Options.WhenFull;
        KeepProcessAlive = Options.KeepProcessAlive;
        _accepts = new AcceptQueue(AcceptAndRegisterAsync, BeginStop);
        // Taken once: a source's token is not to be had after its dispose.
        Stopping = _stopping.Token;
        _aborted = _aborting.Token;
    }

    /// <summary>The options it was made with.</summary>
    public ServerOptions Options { get; }

    /// <summary>The address, with the port that the system chose; also after the stop.</summary>
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>All addresses of a server that listens on several, in the order given; the first is <see cref="LocalEndPoint"/>.</summary>
    public virtual IReadOnlyList<EndPoint> LocalEndPoints => [LocalEndPoint];

    /// <summary>True between the start and the stop.</summary>
    public bool IsListening
    {
        get
        {
            lock (_lock)
                return _started && !_stopped;
        }
    }

    /// <summary>Cancelled when the server stops: finish, please. The same token as every <see cref="Connection.Stopping"/> of its connections.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Starts listening, after <see cref="Bind(EndPoint, ServerOptions?)"/>.</summary>
    /// <exception cref="InvalidOperationException">It was started or stopped before.</exception>
    /// <exception cref="ConnectionException">The address is in use, or the system refuses.</exception>
    public void Start()
    {
        lock (_lock)
        {
            if (_stopped)
                Options.StopToken.ThrowIfCancellationRequested();
            if (_started || _stopped)
                throw new InvalidOperationException(_stopped ? "The server has stopped; make a new one." : "The server listens already.");
            StartListening();
            _started = true;
            HoldProcess();
        }

        TellListening();
        FollowStopToken();
    }

    /// <summary>Waits for the next connection. Several may wait; they are served in order.</summary>
    /// <param name="cancellationToken">Ends this wait; a connection that arrives for it goes to the next one.</param>
    /// <returns>The connection, which is the caller's to dispose.</returns>
    /// <exception cref="ConnectionException">The server has stopped (<see cref="ConnectionError.Closed"/>), or listening failed for good.</exception>
    /// <exception cref="InvalidOperationException">The server was not started, or <see cref="ServeAsync"/> runs.</exception>
    public async ValueTask<Connection> AcceptAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfServing();
        return await NextAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new ConnectionException(ConnectionError.Closed, $"The server on {NetEndPoint.Format(LocalEndPoint)} has stopped.", LocalEndPoint);
    }

    /// <summary>Accepts on demand until the server stops. The loop is the accept loop: start each connection's work and go on.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>; the server goes on listening.</param>
    public async IAsyncEnumerator<Connection> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        ThrowIfServing();
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is { } connection)
            yield return connection;
    }

    /// <summary>Starts listening; called once.</summary>
    protected abstract void StartListening();

    /// <summary>Waits for one connection; called again only after it has answered. An error other than a cancellation stops the server, and whoever waits hears it.</summary>
    /// <param name="cancellationToken">Cancelled when the server stops.</param>
    protected abstract ValueTask<Connection> AcceptOneAsync(CancellationToken cancellationToken);

    /// <summary>Stops listening; called once, also when it was never started.</summary>
    protected abstract void StopListening();

    private ValueTask<Connection?> NextAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_started && !_stopped)
                throw new InvalidOperationException("The server is bound and does not listen yet: call Start.");
        }

        return _accepts.NextAsync(JudgesBeforehand, cancellationToken);
    }
}
