using System.Net;

namespace Net.Async;

/// <summary>What the answers of name servers have shown: which are down, and which do not do EDNS. Each for a while, and never for good.</summary>
/// <param name="options">For how long, and the clock.</param>
internal sealed class ServerMemory(DnsStubResolverOptions options)
{
    // A list has eight at most; the system's may change again and again.
    private const int MostServers = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, ServerState> _states = [];

    /// <summary>The servers in the order to ask them: those that are down last.</summary>
    public IReadOnlyList<IPEndPoint> Order(IReadOnlyList<IPEndPoint> servers)
    {
        lock (_lock)
        {
            if (_states.Count > MostServers)
                _states.Clear();
            return [.. servers.OrderBy(server => StateOf(server).Down is not null)];
        }
    }

    /// <summary>A server that is down and may be back: one query is to find out. The caller says when it has ended.</summary>
    public IPEndPoint? FindToProbe(IReadOnlyList<IPEndPoint> servers)
    {
        lock (_lock)
        {
            foreach (var server in servers)
            {
                if (StateOf(server) is not { Down: { } since, IsProbed: false } state || !IsOver(since, options.Failover.ServerRetryDelay))
                    continue;
                state.IsProbed = true;
                return server;
            }

            return null;
        }
    }

    public void EndProbe(IPEndPoint server)
    {
        lock (_lock)
            StateOf(server).IsProbed = false;
    }

    /// <summary>Something came from it.</summary>
    public void NoteAnswer(IPEndPoint server)
    {
        bool wasDown;
        lock (_lock)
        {
            var state = StateOf(server);
            wasDown = state.Down is not null;
            (state.Answered, state.Down) = (options.TimeProvider.GetTimestamp(), null);
        }

        if (wasDown)
            DnsEventSource.Log.ServerUp(NetEndPoint.Format(server));
    }

    /// <summary>Nothing came from it, for a query sent at that time. Something that came since shows that it is up all the same.</summary>
    public void NoteSilence(IPEndPoint server, long sent, string why)
    {
        lock (_lock)
        {
            var state = StateOf(server);
            if (state.Answered >= sent)
                return;
            var wasDown = state.Down is not null;
            state.Down = options.TimeProvider.GetTimestamp();
            if (wasDown)
                return;
        }

        DnsEventSource.Log.ServerDown(NetEndPoint.Format(server), why);
    }

    /// <summary>Whether a query carries EDNS, and whether it is the one that finds out; then the caller says what it has found.</summary>
    /// <remarks>While one finds out, the others go without: at a server that refuses EDNS one query fails, not as many as are on their way.</remarks>
    public (bool UseEdns, bool FindsOut) ClaimEdns(IPEndPoint server)
    {
        if (!options.Edns.IsEnabled)
            return default;
        lock (_lock)
        {
            var state = StateOf(server);
            if (state.DoesEdns)
                return (true, false);
            if (state.Trial != EdnsTrial.None || (state.RefusedEdns is { } since && !IsOver(since, options.Edns.RefusalLifetime)))
                return default;
            state.Trial = EdnsTrial.UnderWay;
            return (true, true);
        }
    }

    /// <summary>What a query with EDNS has found; null for nothing.</summary>
    public void NoteEdns(IPEndPoint server, bool? doesEdns, bool findsOut)
    {
        lock (_lock)
        {
            var state = StateOf(server);
            if (findsOut && state.Trial == EdnsTrial.UnderWay)
                state.Trial = EdnsTrial.None;
            if (doesEdns is not { } does)
                return;
            state.DoesEdns = does;
            state.RefusedEdns = does ? null : options.TimeProvider.GetTimestamp();
            if (does)
                return;
        }

        DnsEventSource.Log.EdnsRefused(NetEndPoint.Format(server));
    }

    /// <summary>A query with EDNS was not answered at all.</summary>
    public void NoteSilenceToEdns(IPEndPoint server)
    {
        lock (_lock)
        {
            var state = StateOf(server);
            if (!state.DoesEdns)
                state.Trial = EdnsTrial.Silent;
        }
    }

    /// <summary>A query without EDNS was answered.</summary>
    public void NotePlainAnswer(IPEndPoint server)
    {
        lock (_lock)
        {
            if (StateOf(server).Trial != EdnsTrial.Silent)
                return;
            StateOf(server).Trial = EdnsTrial.None;
        }

        NoteEdns(server, doesEdns: false, findsOut: false);
    }

    private ServerState StateOf(IPEndPoint server)
    {
        if (!_states.TryGetValue(server, out var state))
            _states[server] = state = new ServerState();
        return state;
    }

    private bool IsOver(long since, TimeSpan time) => options.TimeProvider.GetElapsedTime(since) >= time;
}
