using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>The number at the end of a service's address: it says how the address behaves (docs/testing-networks.md has them all).</summary>
public static class Label
{
    /// <summary>Answers, but never in TLS.</summary>
    public const int StallsInTls = 15;

    /// <summary>These two are for warming up; what happens to them is not checked.</summary>
    public const int WarmUp = 19, WarmUpReset = 39;

    public static string V6(int label) => $"2001:db8:6::{label}";

    public static string V4(int label) => $"198.51.100.{label}";

    /// <summary>A unique local address, for which the client has no source of its kind.</summary>
    public static string Ula(int label) => $"fd00:6::{label}";

    /// <summary>The IPv4 address behind the well-known prefix (RFC 6052).</summary>
    public static string Nat64(int label) => $"64:ff9b::c633:64{label:x2}";

    /// <summary>The label; null when the address is no service's.</summary>
    public static int? Of(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return IsV4(bytes) ? bytes[3] : null;
        if (bytes is [0, 0x64, 0xff, 0x9b, ..])
            return IsV4(bytes.AsSpan(12)) ? bytes[15] : null;
        // Written as decimal digits: ::21 is label 21.
        return bytes is [0x20, 0x01, 0x0d, 0xb8, 0, 6, ..] or [0xfd, 0, 0, 6, ..] ? ((bytes[15] >> 4) * 10) + (bytes[15] & 15) : null;
    }

    public static bool IsWarmUp(IPAddress address) => Of(address) is WarmUp or WarmUpReset;

    public static TimeSpan RoundTrip(int label) => TimeSpan.FromMilliseconds(label switch
    {
        // An ICMP error that comes while connect still holds its socket is dropped by the kernel.
        >= 40 and < 50 => 4,
        >= 50 and < 60 => 50 * (label - 49),
        >= 60 and < 70 => 50 * (label - 59),
        _ => 0,
    });

    /// <summary>How many SYNs of each connection are lost.</summary>
    public static int LostSyns(int label) => label is >= 70 and < 75 ? label - 69 : 0;

    /// <summary>The answers of both families arrive in the same instant.</summary>
    public static bool AnswersTogether(int label) => label is >= 90 and < 95;

    private static bool IsV4(ReadOnlySpan<byte> bytes) => bytes is [198, 51, 100, _];
}
