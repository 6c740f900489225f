using System.Net;

namespace Net.Async.Tests.Connecting;

/// <summary>IPv4 written into a translator's prefix, as RFC 6052, 2.2 says; also what the product refuses to write.</summary>
internal static class Embedding
{
    public static IPAddress Of(IPNetwork prefix, IPAddress inner)
    {
        var bytes = prefix.BaseAddress.GetAddressBytes();
        var at = prefix.PrefixLength / 8;
        foreach (var value in inner.GetAddressBytes())
        {
            // The u-octet.
            if (at == 8)
                at++;
            bytes[at++] = value;
        }

        return new IPAddress(bytes);
    }
}
