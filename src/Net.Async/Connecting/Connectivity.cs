using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Which families this machine can reach the network with: whether it has a route and an address to send from. Asked at most once a second.</summary>
internal sealed class Connectivity(HappyEyeballsOptions options)
{
    private static readonly TimeSpan s_lasts = TimeSpan.FromSeconds(1);

    // Documentation prefixes: routed like any global address, and assigned to no host (RFC 3849, RFC 5737). Nothing is sent.
    private static readonly IPAddress s_v6 = IPAddress.Parse("2001:db8::1"), s_v4 = IPAddress.Parse("192.0.2.1");

    private Known? _known;

    public bool Has(AddressFamily family)
    {
        var known = Volatile.Read(ref _known);
        if (known is null || options.TimeProvider.GetElapsedTime(known.At) >= s_lasts)
        {
            known = new Known(options.SourceOf(s_v4) is not null, options.SourceOf(s_v6) is not null, options.TimeProvider.GetTimestamp());
            Volatile.Write(ref _known, known);
        }

        return family == AddressFamily.InterNetwork ? known.V4 : known.V6;
    }

    private sealed record Known(bool V4, bool V6, long At);
}
