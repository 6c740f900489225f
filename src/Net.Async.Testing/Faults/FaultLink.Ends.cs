using System.Net.Sockets;

namespace Net.Async.Testing;

/// <summary>How a link ends.</summary>
/// <remarks>
/// <code>
/// Passes ----> Cut       takes until it is full, gives nothing
///        ----> Vanished  takes all, gives nothing
///        ----> Dropped   takes all, gives its end
///        ----> Broken    takes nothing, gives what has arrived and then a reset, held or not
/// each of them ----> Stopped
/// </code>
/// </remarks>
internal sealed partial class FaultLink
{
    private LinkState _state;
    private (SocketError Error, long Due)? _end;

    /// <summary>The end or the error that has arrived, perhaps behind bytes; null before it has.</summary>
    public SocketError? EndThatArrived
    {
        get
        {
            lock (_lock)
                return IsPassable && _end is { } end && end.Due <= _pace.Now ? end.Error : null;
        }
    }

    /// <summary>An end or an error enters, behind the bytes under way. The first one counts.</summary>
    public SocketError End(SocketError error)
    {
        lock (_lock)
        {
            _end ??= (error, _pace.Due(0, Rules));
            Wake();
            return _end.Value.Error;
        }
    }

    /// <summary>An error enters instead of the bytes under way, which are lost. A reset by a fault counts more.</summary>
    public void EndInstead(SocketError error)
    {
        lock (_lock)
        {
            if (_state is LinkState.Broken)
                return;
            _bytes.DropLater(long.MinValue);
            _end = (error, _pace.Now);
            Wake();
        }
    }

    /// <summary>Pulls the cable.</summary>
    public void Cut() => Become(LinkState.Cut);

    /// <summary>What enters is taken and vanishes, and nothing arrives any more.</summary>
    public void Vanish() => Become(LinkState.Vanished);

    /// <summary>What enters and what is under way is dropped. Returns whether bytes were.</summary>
    public bool Drop()
    {
        lock (_lock)
        {
            var wasUnread = _bytes.Count > 0;
            Become(LinkState.Dropped);
            return wasUnread;
        }
    }

    /// <summary>Resets it: what has not arrived is lost.</summary>
    public void Break() => Become(LinkState.Broken);

    /// <summary>It is over.</summary>
    public void Dispose()
    {
        _direction.Released -= Look;
        _direction.CutOff -= Cut;
        Become(LinkState.Stopped);
        _timer.Dispose();
    }

    private TransportResult AtLimit()
    {
        if (Rules.AtLimit is FaultEnd.Reset)
            return TransportResult.Of(SocketError.ConnectionReset);
        Become(Rules.AtLimit is FaultEnd.Cut ? LinkState.Cut : LinkState.Dropped);
        if (_state is LinkState.Cut)
            return TransportResult.WouldBlock;
        _end = (SocketError.Success, _pace.Now);
        return TransportResult.Of(0);
    }

    private void Become(LinkState state)
    {
        lock (_lock)
        {
            Wake();
            if (_state is LinkState.Stopped || (_state is not LinkState.Passes && state is not LinkState.Stopped))
                return;
            _state = state;
            if (state is not LinkState.Cut)
                _bytes.DropLater(state is LinkState.Broken && !_direction.IsHeld ? _pace.Now : long.MinValue);
            if (state is LinkState.Broken)
                _end = (SocketError.ConnectionReset, _pace.Now);
        }
    }
}
