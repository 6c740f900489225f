using System.Globalization;
using System.Net;

namespace Net.Async;

/// <summary>One place to listen, as text or as an end point.</summary>
/// <param name="Text">As it was given.</param>
/// <param name="EndPoints">What it stands for: two of this machine's, for <c>localhost</c>; none for a socket of systemd, which is known when the server starts.</param>
/// <param name="SystemdName">The name of sockets that systemd passes.</param>
internal sealed record ListenText(string Text, IReadOnlyList<EndPoint> EndPoints, string? SystemdName = null)
{
    private const string Localhost = "localhost:", Systemd = "systemd:";

    /// <summary>Whether ::1 may be left out, on a machine without it.</summary>
    public bool IsLocalhost => EndPoints.Count == 2;

    public static ListenText Of(EndPoint endPoint) => new(NetEndPoint.Format(endPoint), [endPoint]);

    /// <summary>Reads what <see cref="Server.Listen(string, ServerOptions?)"/> reads, and <c>systemd:NAME</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static ListenText Parse(string text)
    {
        if (text.StartsWith(Systemd, StringComparison.Ordinal))
            return text.Length > Systemd.Length ? new(text, [], text[Systemd.Length..]) : throw new FormatException($"'{text}' is not an end point: the name of the socket is missing, as in systemd:web.");
        // "*:8124" and ":8124" are every address.
        if (text.StartsWith(':') || text.StartsWith("*:", StringComparison.Ordinal))
            return new(text, [NetEndPoint.Any(Port(text, text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]))]);
        if (!text.StartsWith(Localhost, StringComparison.OrdinalIgnoreCase))
            return new(text, [NetEndPoint.Parse(text)]);
        var port = Port(text, text[Localhost.Length..]);
        return new(text, [new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(IPAddress.IPv6Loopback, port)]);
    }

    private static int Port(string text, string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new FormatException($"'{text}' is not an end point: the port '{digits}' is not 0 to 65535.");
}
