using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>End points as text: strict to read, canonical to write.</summary>
/// <remarks>
/// The forms: <c>tcp://host:port</c>, <c>host:port</c>, <c>[v6]:port</c>, a bare <c>port</c> (loopback), <c>unix:/path</c>,
/// <c>unix:@abstract</c> (Linux), <c>pipe:name</c> and <c>fd:3</c> (to listen on). No octal, no <c>127.1</c>, no text behind the end.
/// </remarks>
public static class NetEndPoint
{
    /// <summary>Every address of this machine, IPv4 and IPv6 through one dual-stack listener.</summary>
    /// <param name="port">0 to 65535; 0 lets the system choose.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is outside 0 to 65535.</exception>
    public static IPEndPoint Any(int port) => new(IPAddress.IPv6Any, CheckPort(port));

    /// <summary>IPv4 loopback, 127.0.0.1: what a bare port means.</summary>
    /// <param name="port">0 to 65535; 0 lets the system choose.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is outside 0 to 65535.</exception>
    public static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, CheckPort(port));

    /// <summary>Reads an end point.</summary>
    /// <param name="text">One of the forms above.</param>
    /// <returns>An <see cref="IPEndPoint"/>, <see cref="DnsEndPoint"/>, <see cref="UnixDomainSocketEndPoint"/>, <see cref="NamedPipeEndPoint"/> or <see cref="DescriptorEndPoint"/>.</returns>
    /// <exception cref="FormatException">The text is none of the forms; the message says why.</exception>
    public static EndPoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, out var problem) ?? throw new FormatException($"'{text}' is not an end point: {problem}.");
    }

    /// <summary>Reads an end point; false when the text is not one.</summary>
    /// <param name="text">One of the forms above.</param>
    /// <param name="endPoint">What was read.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EndPoint? endPoint)
    {
        endPoint = text is null ? null : Read(text, out _);
        return endPoint is not null;
    }

    /// <summary>Reads an end point; false when the text is not one.</summary>
    /// <param name="text">One of the forms above.</param>
    /// <param name="endPoint">What was read.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out EndPoint? endPoint)
    {
        endPoint = Read(text, out _);
        return endPoint is not null;
    }

    /// <summary>Writes an end point so that <see cref="Parse"/> reads it back; any other kind as its own text.</summary>
    /// <param name="endPoint">The end point.</param>
    public static string Format(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return endPoint switch
        {
            // Hosts that are named like one of the other forms.
            DnsEndPoint { Host: "pipe" or "unix" or "fd" } dns => string.Create(CultureInfo.InvariantCulture, $"tcp://{dns.Host}:{dns.Port}"),
            DnsEndPoint dns => string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{dns.Port}"),
            UnixDomainSocketEndPoint unix => "unix:" + UnixPaths.Format(unix),
            _ => endPoint.ToString() ?? endPoint.GetType().Name,
        };
    }

    internal static int CheckPort(int port, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(port))] string? name = null) =>
        port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort
            ? port
            : throw new ArgumentOutOfRangeException(name, port, "A port must be 0 to 65535.");

    private static EndPoint? Read(ReadOnlySpan<char> text, out string? problem)
    {
        problem = null;
        if (text.StartsWith("unix:", StringComparison.Ordinal))
            return UnixPaths.TryCreate(text[5..], out problem);
        if (text.StartsWith("pipe:", StringComparison.Ordinal))
            return ReadPipe(text[5..], out problem);
        if (text.StartsWith("fd:", StringComparison.Ordinal))
            return DescriptorEndPoint.TryCreate(text[3..], out problem);
        if (!text.StartsWith("tcp://", StringComparison.Ordinal) && text.Contains("://", StringComparison.Ordinal))
            problem = "the only scheme is tcp, and it can be left out";
        if (problem is not null)
            return null;
        if (text.StartsWith("tcp://", StringComparison.Ordinal))
            text = text[6..];
        else if (text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9'))
            return ReadPort(text, out problem) is { } only ? Loopback(only) : null;
        return ReadHostAndPort(text, out problem);
    }

    private static NamedPipeEndPoint? ReadPipe(ReadOnlySpan<char> name, out string? problem)
    {
        problem = NamedPipeEndPoint.ProblemOf(name);
        return problem is null ? new NamedPipeEndPoint(name.ToString()) : null;
    }

    private static EndPoint? ReadHostAndPort(ReadOnlySpan<char> text, out string? problem)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 1 || text.EndsWith(']'))
        {
            problem = text switch
            {
                ['/' or '.' or '\\', ..] => $"the path of a Unix socket is written unix:{text}",
                [':', ..] => "the host is missing, as in localhost" + text.ToString(),
                ['[', ..] => $"the port is missing, as in {text}:8124",
                _ when text.ContainsAnyExceptInRange('0', '9') && HostNames.Check(text, out _) => $"the port is missing, as in {text}:8124",
                _ => "host:port, [v6]:port, unix:/path or pipe:name expected",
            };
            return null;
        }

        var host = text[..colon];
        if (ReadPort(text[(colon + 1)..], out problem) is not { } port)
            return null;
        if (host[0] == '[')
            return ReadIPv6(host, port, out problem);
        if (host.Contains(':'))
            problem = "an IPv6 address with a port goes in brackets";
        else if (HostNames.Check(host, out problem))
            return IPv4Text.TryRead(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host.ToString(), port);
        return null;
    }

    private static IPEndPoint? ReadIPv6(ReadOnlySpan<char> host, int port, out string? problem)
    {
        problem = "the address in brackets is not IPv6";
        return host.EndsWith(']') && AddressText.TryReadScoped(host[1..^1], out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPEndPoint(address, port) : null;
    }

    private static int? ReadPort(ReadOnlySpan<char> text, out string? problem)
    {
        problem = null;
        if (text.Length is > 0 and <= 5 && !text.ContainsAnyExceptInRange('0', '9') && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort)
            return port;
        problem = $"the port '{text}' is not 0 to 65535";
        return null;
    }
}
