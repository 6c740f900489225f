using System.Text;

namespace Net.Async.Tests.Proxies;

/// <summary>Answers of proxies by hand, good and bad.</summary>
internal static class ProxyReplies
{
    /// <summary>Heads that have connected.</summary>
    public static IReadOnlyList<string> GoodHeads { get; } =
    [
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n", "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 200 \r\n\r\n", "HTTP/1.1 204 No\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 102 P\r\nA: b\r\n\r\nHTTP/1.1 103 E\r\n\r\nHTTP/1.1 299 x\tä\r\nX-Empty:\r\n\r\n",
    ];

    /// <summary>Heads that refuse, and what they become.</summary>
    public static IReadOnlyList<(string Head, ConnectionError Error)> Refusals { get; } =
    [
        ("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n", ConnectionError.AccessDenied), ("HTTP/1.1 403 Filtered\r\n\r\n", ConnectionError.AccessDenied), ("HTTP/1.1 401 U\r\n\r\n", ConnectionError.AccessDenied),
        ("HTTP/1.1 404 Not Found\r\n\r\n", ConnectionError.HostNotFound), ("HTTP/1.1 405 M\r\n\r\n", ConnectionError.NotSupported), ("HTTP/1.1 501 N\r\n\r\n", ConnectionError.NotSupported),
        ("HTTP/1.1 408 T\r\n\r\n", ConnectionError.TimedOut), ("HTTP/1.1 504 Gateway Timeout\r\n\r\n", ConnectionError.TimedOut), ("HTTP/1.1 502 Bad Gateway\r\n\r\n", ConnectionError.HostUnreachable),
        ("HTTP/1.1 503 Busy\r\n\r\n", ConnectionError.ResourceShortage), ("HTTP/1.1 429 T\r\n\r\n", ConnectionError.ResourceShortage), ("HTTP/1.0 500 Unable to connect\r\n\r\n", ConnectionError.Unknown),
        ("HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\n\r\n", ConnectionError.Unknown), ("HTTP/1.1 100 C\r\n\r\nHTTP/1.1 403 F\r\n\r\n", ConnectionError.AccessDenied),
    ];

    /// <summary>Heads that are none.</summary>
    public static IReadOnlyList<string> BadHeads { get; } =
    [
        "\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\n\n", "HTTP/1.1 200 OK\r\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", " HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.x 200 OK\r\n\r\n", "HTTP/1.1\t200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\n: empty\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n", "HTTP/1.1 200 O\u0001K\r\n\r\n",
        "HTTP/1.1 200 OK\r\nÄ: b\r\n\r\n", "HTTP/1.1 200-OK\r\n\r\n", "HTTP/1.1 100 C\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ];

    /// <summary>What a SOCKS proxy says that has connected: method, then reply.</summary>
    public static IReadOnlyList<byte[]> GoodSocks { get; } =
    [
        [5, 0, 5, 0, 0, 1, 127, 0, 0, 1, 0x1F, 0x90], [5, 0, 5, 0, 0, 4, .. new byte[18]], [5, 0, 5, 0, 0, 3, 3, .. "abc"u8, 0, 80], [5, 0, 5, 0, 0, 3, 0, 0, 80], [5, 0, 5, 0, 0, 3, 255, .. new byte[257]],
    ];

    /// <summary>What no SOCKS proxy says.</summary>
    public static IReadOnlyList<byte[]> BadSocks { get; } =
    [
        [4, 0], [0, 0], [5, 1], [5, 2], [5, 3], [5, 0xFE], "HTTP/1.1 400"u8.ToArray(), [5, 0, 4, 0, 0, 1, .. new byte[6]], [5, 0, 5, 0, 1, 1, .. new byte[6]], [5, 0, 5, 0, 0, 0, .. new byte[6]], [5, 0, 5, 0, 0, 2, .. new byte[6]], [5, 0, 5, 0, 0, 5, .. new byte[6]],
        [], [5], [5, 0], [5, 0, 5], [5, 0, 5, 0], [5, 0, 5, 0, 0, 1, 127, 0, 0, 1, 0], [5, 0, 5, 0, 0, 3, 3, 1, 2, 3, 0],
    ];

    /// <summary>Every head, good and bad, as bytes.</summary>
    public static byte[][] Heads { get; } = [.. GoodHeads.Concat(BadHeads).Concat(Refusals.Select(static refusal => refusal.Head)).Select(Bytes)];

    /// <summary>Everything of SOCKS, good and bad, and a refusal.</summary>
    public static byte[][] Socks { get; } = [.. GoodSocks, .. BadSocks, [5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0]];

    public static byte[] Bytes(string head) => Encoding.Latin1.GetBytes(head);
}
