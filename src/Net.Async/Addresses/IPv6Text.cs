using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>IPv6 addresses as text (RFC 4291, 2.2; scopes RFC 4007, 11), without brackets, and no scope that does not exist.</summary>
internal static class IPv6Text
{
    public static bool TryRead(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.IPv6None;
        // The base class library also takes brackets, ports and prefixes, and drops a scope it does not know without a word.
        if (!text.Contains(':') || text.ContainsAny("[]/\0") || !IPAddress.TryParse(text, out var read) || read.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        var percent = text.IndexOf('%');
        if (percent >= 0 && !IsScope(text[(percent + 1)..], read.ScopeId))
            return false;
        address = read;
        return true;
    }

    private static bool IsScope(ReadOnlySpan<char> scope, long read)
    {
        if (scope.IsEmpty || scope.Contains('%') || read == 0)
            return false;
        return scope.ContainsAnyExceptInRange('0', '9')
            || (uint.TryParse(scope, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == read);
    }
}
