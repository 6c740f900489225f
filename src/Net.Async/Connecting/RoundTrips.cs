using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>How long handshakes took, to an address and to its neighbours: the Attempt Delay that follows from it (RFC 8305, 5).</summary>
internal sealed class RoundTrips(RecentMap<IPNetwork, RoundTrip> remembered)
{
    /// <summary>What a delay made from round trips never leaves (RFC 8305, 5 and 8).</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100), Most = TimeSpan.FromSeconds(2);

    // Longer ones may hold a lost packet, and tell nothing of the way (Karn's rule).
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <summary>A handshake has taken so long.</summary>
    public void Add(IPAddress address, TimeSpan time)
    {
        if (time >= s_longest)
            return;
        foreach (var place in (ReadOnlySpan<IPNetwork>)[Itself(address), Neighbourhood(address)])
            remembered.Set(place, remembered.TryGet(place, out var known) ? known.And(time) : RoundTrip.First(time));
    }

    /// <summary>The smoothed time to this very address; null when it was not used lately.</summary>
    public TimeSpan? To(IPAddress address) => remembered.TryGet(Itself(address), out var known) ? known.Smoothed : null;

    /// <summary>How long an attempt to it may be silent; null when nothing is known of it or its neighbours.</summary>
    public TimeSpan? DelayFor(IPAddress address)
    {
        if (!remembered.TryGet(Itself(address), out var known) && !remembered.TryGet(Neighbourhood(address), out known))
            return null;
        var delay = known.Patience;
        return delay < Least ? Least : delay > Most ? Most : delay;
    }

    private static IPNetwork Itself(IPAddress address) => Around(address, 32, 128);

    private static IPNetwork Neighbourhood(IPAddress address) => Around(address, 24, 64);

    private static IPNetwork Around(IPAddress address, int bitsOf4, int bitsOf6)
    {
        var bytes = address.GetAddressBytes();
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? bitsOf4 : bitsOf6;
        bytes.AsSpan(bits / 8).Clear();
        return new IPNetwork(new IPAddress(bytes), bits);
    }
}

/// <summary>A smoothed round-trip time and how much it varies (RFC 6298, 2).</summary>
internal readonly record struct RoundTrip(TimeSpan Smoothed, TimeSpan Variation)
{
    // A retransmission's granularity: steady times would leave no patience at all.
    private static readonly TimeSpan s_leastVariation = TimeSpan.FromMilliseconds(20);

    /// <summary>About when a lost SYN would be sent again.</summary>
    public TimeSpan Patience => Smoothed + (4 * Variation > s_leastVariation ? 4 * Variation : s_leastVariation);

    public static RoundTrip First(TimeSpan time) => new(time, time / 2);

    public RoundTrip And(TimeSpan time) => new((7 * Smoothed / 8) + (time / 8), (3 * Variation / 4) + ((Smoothed - time).Duration() / 4));
}
