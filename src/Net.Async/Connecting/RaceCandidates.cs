using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The addresses of a race: known, in order, and started.</summary>
internal sealed class RaceCandidates(RaceSettings settings)
{
    private readonly List<IPAddress> _known = [];
    private readonly List<IPAddress> _started = [];
    private IReadOnlyList<IPAddress> _ordered = [];

    public int Count => _known.Count;

    /// <summary>The one that goes first of all, started or not.</summary>
    public IPAddress First => _ordered[0];

    public bool Has(AddressFamily family) => _known.Exists(address => address.AddressFamily == family);

    /// <summary>The next one to start; null when all are.</summary>
    public IPAddress? Next()
    {
        for (var i = 0; i < _ordered.Count; i++)
        {
            if (!_started.Contains(_ordered[i]))
                return _ordered[i];
        }

        return null;
    }

    public void Started(IPAddress address) => _started.Add(address);

    /// <summary>A later answer joins the order as if it had been there from the start (RFC 8305, 6).</summary>
    /// <param name="addresses">Of either family: what a translator's prefix stands for is IPv4.</param>
    /// <param name="moreToCome">Another look-up is out: this one leaves room for it.</param>
    public void Add(IReadOnlyList<IPAddress> addresses, bool moreToCome)
    {
        var room = settings.MaxAddresses - _known.Count;
        room = moreToCome ? Math.Max(room - (room / 2), 1) : room;
        foreach (var address in addresses)
        {
            if (room == 0)
                break;
            if (_known.Contains(address))
                continue;
            _known.Add(address);
            room--;
        }

        _ordered = settings.Order(_known);
    }

    /// <summary>An answer has changed: what it no longer has and has not started goes, what has started runs on (RFC 8305, 6). The resolvers here answer once; this is for one that watches.</summary>
    public void Replace(AddressFamily family, IReadOnlyList<IPAddress> addresses)
    {
        _known.RemoveAll(address => address.AddressFamily == family && !_started.Contains(address) && !addresses.Contains(address));
        Add(addresses, moreToCome: false);
    }
}
