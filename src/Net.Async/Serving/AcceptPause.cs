using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What happens between an accept that failed and the next try: never a spin, one notice for each shortage.</summary>
internal sealed class AcceptPause(EndPoint where, TimeProvider time, ServerNotices notices)
{
    private const int TroublesInARow = 64;

    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    private TimeSpan _pause = s_shortest;
    private bool _short;
    private long _since;
    private long _turnedAway;
    private int _troubles;

    // The runtime's timer thread takes descriptors to start: in the first pause of a shortage it may be too late for it.
    static AcceptPause()
    {
        try
        {
            _ = Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // No thread can be started now: listening needs none.
        }
    }

    public void OnAccepted()
    {
        _troubles = 0;
        if (!_short)
            return;
        _pause = s_shortest;
        // At the edge clients get in and are turned away by turns: that is one shortage, not many.
        if (time.GetElapsedTime(_since) < s_longest)
            return;
        notices.OnShortageEnded(where, _turnedAway);
        (_short, _turnedAway) = (false, 0);
    }

    /// <summary>Resets a client that got a reserved descriptor. Returns the error that accept(2) would have given without a reserve (EMFILE).</summary>
    public SocketException TurnAway(TransportStream stream)
    {
        stream.Reset();
        _turnedAway++;
        return new((int)SocketError.TooManyOpenSockets);
    }

    /// <summary>Descriptors or memory have run out: waits, longer each time, for those inside to go.</summary>
    public async Task ShortageAsync(SocketException exception, CancellationToken cancellationToken)
    {
        if (!_short)
            notices.OnShortage(where, exception);
        _short = true;
        var pause = _pause;
        _pause = _pause * 2 < s_longest ? _pause * 2 : s_longest;
        try
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _since = time.GetTimestamp();
        }
    }

    /// <summary>One connection died before it was accepted: on to the next, unless that is all that ever comes.</summary>
    public async Task TroubleAsync(CancellationToken cancellationToken)
    {
        if (++_troubles % TroublesInARow == 0)
            await Task.Delay(s_longest, time, cancellationToken).ConfigureAwait(false);
    }
}
