using System.Globalization;
using System.Net;

namespace Net.Async;

/// <summary>The texts that name where to listen: those of <see cref="NetEndPoint"/>, every address (<c>*:8124</c>, <c>:8124</c>), and this machine (<c>localhost:8124</c>).</summary>
internal static class ListenText
{
    private const string Localhost = "localhost:";

    /// <summary>The end points of the text; two for this machine, IPv4 first.</summary>
    /// <exception cref="FormatException">The text is none of the forms.</exception>
    public static IReadOnlyList<EndPoint> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text, "endPoint");
        if (text.StartsWith('*') || text.StartsWith(':'))
            return [NetEndPoint.Any(Port(text, text.TrimStart('*')))];
        return text.StartsWith(Localhost, StringComparison.OrdinalIgnoreCase) && Port(text, text[(Localhost.Length - 1)..]) is var port
            ? [new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(IPAddress.IPv6Loopback, port)]
            : [NetEndPoint.Parse(text)];
    }

    /// <summary>Listens on both addresses of this machine, or on the one that it has.</summary>
    public static Server Listen(IReadOnlyList<EndPoint> endPoints, ServerOptions? options)
    {
        if (endPoints is [var only])
            return Server.Listen(only, options);
        try
        {
            return Server.Listen(endPoints, options);
        }
        catch (ConnectionException exception) when (exception.Error is ConnectionError.AddressNotAvailable or ConnectionError.AddressFamilyNotSupported)
        {
            // Many containers have no ::1.
            return Server.Listen(endPoints[0], options);
        }
    }

    private static int Port(string text, string rest) =>
        rest is [':', _, ..] && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new FormatException($"'{text}' is not an end point: the port '{rest.TrimStart(':')}' is not 0 to 65535.");
}
