using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.HostLoad;

/// <summary>A port on the loopback address, and what is spoken there: one version of HTTP, with or without TLS.</summary>
internal sealed record ServedEndPoint(string Scheme, int Port)
{
    private static readonly string[] s_schemes = ["http", "https", "h2", "h2c"];

    public static ServedEndPoint Parse(string text)
    {
        var (scheme, port) = text.Split(':') is [var left, var right] ? (left, right) : (text, "0");
        if (!s_schemes.Contains(scheme))
            throw new UsageException($"'{scheme}' is no scheme; there are {string.Join(", ", s_schemes)}.");
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ServedEndPoint(scheme, number)
            : throw new UsageException($"'{port}' is no port; a port is 0 to 65535.");
    }

    public void Listen(KestrelServerOptions kestrel) => kestrel.Listen(IPAddress.Loopback, Port, listen =>
    {
        listen.Protocols = Scheme is "h2" or "h2c" ? HttpProtocols.Http2 : HttpProtocols.Http1;
        if (Scheme is "h2" or "https")
            listen.UseHttps(Certificates.Server);
    });
}
