using System.Net.Sockets;

namespace Net.Async;

/// <summary>What happens between an accept that failed and the next try: never a spin, one notice for each shortage.</summary>
internal sealed class AcceptPause(IoListener listener, TimeProvider time)
{
    private const int TroublesInARow = 64;

    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    private TimeSpan _pause = s_shortest;
    private bool _short;
    private long _shed;
    private int _troubles;

    public void OnAccepted()
    {
        _troubles = 0;
        if (!_short)
            return;
        NetAsyncEventSource.Log.AcceptRecovered(NetEndPoint.Format(listener.LocalEndPoint), _shed);
        (_short, _shed, _pause) = (false, 0, s_shortest);
    }

    /// <summary>Another listener has given the reserve up, and this client got a part of it: the runtime needs that to live on.</summary>
    public Task TurnAwayAsync(IoStream stream, CancellationToken cancellationToken)
    {
        stream.Close();
        _shed++;
        return ShortageAsync(new SocketException((int)SocketError.TooManyOpenSockets), cancellationToken);
    }

    /// <summary>Descriptors or memory have run out: turns one client away, and waits longer each time, until there is room again.</summary>
    public async Task ShortageAsync(SocketException exception, CancellationToken cancellationToken)
    {
        if (!_short)
            NetAsyncEventSource.Log.AcceptShortage(NetEndPoint.Format(listener.LocalEndPoint), exception.Message);
        _short = true;
        var recovered = false;
        try
        {
            while (!recovered)
            {
                if (listener.ShedOne())
                    _shed++;
                await Task.Delay(_pause, time, cancellationToken).ConfigureAwait(false);
                _pause = _pause * 2 < s_longest ? _pause * 2 : s_longest;
                recovered = listener.TryRecover();
            }
        }
        finally
        {
            // Called off: the next accept must not take a shortage for granted that nobody watches any more.
            if (!recovered)
                listener.TryRecover();
        }
    }

    /// <summary>One connection died before it was accepted: on to the next, unless that is all that ever comes.</summary>
    public async Task TroubleAsync(CancellationToken cancellationToken)
    {
        if (++_troubles % TroublesInARow == 0)
            await Task.Delay(s_longest, time, cancellationToken).ConfigureAwait(false);
    }
}
