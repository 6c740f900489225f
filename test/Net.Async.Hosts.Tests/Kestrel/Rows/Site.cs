using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>The pages of the apps: what rows ask for, and what programs from outside do.</summary>
internal static class Site
{
    /// <summary>The end points of <see cref="Setup"/>: HTTP/1.1, TLS with both versions, and HTTP/2 without TLS.</summary>
    public const int Http1 = 0, Https = 1, Http2 = 2;

    private const int Period = 251;

    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 65536 + Period).Select(static i => (byte)(i % Period))];
    private static readonly ConcurrentDictionary<long, string> s_hashes = [];

    public static Setup Setup { get; } = new()
    {
        Kestrel = static kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseHttps(Certificates.One));
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
        },
        Map = Map,
    };

    public static void Map(WebApplication app)
    {
        app.MapMethods("/plain", ["GET", "HEAD"], PlainAsync);
        app.MapPost("/echo", EchoAsync);
        app.MapGet("/chunks/{count:int}", ChunksAsync);
        app.MapGet("/bytes/{count:long}", BytesAsync);
        app.MapPost("/hash", (Delegate)HashAsync);
        app.MapGet("/abort/{count:int}", AbortAsync);
        app.MapGet("/addresses", static (HttpContext http) => string.Join(' ', http.Connection.RemoteIpAddress, http.Connection.RemotePort != 0, http.Connection.LocalIpAddress, http.Connection.LocalPort == http.Request.Host.Port));
        app.MapGet("/protocol", static (HttpContext http) => http.Request.Protocol);
    }

    /// <summary>Bytes that are the same for each position in a stream.</summary>
    public static void Fill(Span<byte> span, long position) => s_bytes.AsSpan((int)(position % Period), span.Length).CopyTo(span);

    /// <summary>What <see cref="RawClient.ReadBodyAsync"/> says of so many bytes of <c>/bytes</c>.</summary>
    public static string HashOf(long count) => s_hashes.GetOrAdd(count, Hash);

    private static string Hash(long count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[65536];
        for (var position = 0L; position < count; position += block.Length)
        {
            Fill(block, position);
            hash.AppendData(block.AsSpan(0, (int)Math.Min(block.Length, count - position)));
        }

        return $"({count} bytes, {Convert.ToHexStringLower(hash.GetHashAndReset())})";
    }

    private static Task PlainAsync(HttpContext http)
    {
        http.Response.ContentLength = 13;
        return http.Response.WriteAsync("Hello, World!", http.RequestAborted);
    }

    private static async Task EchoAsync(HttpContext http)
    {
        http.Response.ContentType = "text/plain";
        http.Response.ContentLength = http.Request.ContentLength;
        await http.Request.BodyReader.CopyToAsync(http.Response.BodyWriter, http.RequestAborted);
    }

    private static async Task ChunksAsync(HttpContext http, int count)
    {
        for (var i = 0; i < count; i++)
            await http.Response.WriteAsync($"chunk {i}\n", http.RequestAborted);
    }

    private static async Task BytesAsync(HttpContext http, long count)
    {
        http.Response.ContentLength = count;
        for (var position = 0L; position < count;)
        {
            var size = (int)Math.Min(16384, count - position);
            Fill(http.Response.BodyWriter.GetSpan(size)[..size], position);
            http.Response.BodyWriter.Advance(size);
            position += size;
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
    }

    private static async Task<string> HashAsync(HttpContext http)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        while (true)
        {
            var result = await http.Request.BodyReader.ReadAsync(http.RequestAborted);
            foreach (var segment in result.Buffer)
                hash.AppendData(segment.Span);
            count += result.Buffer.Length;
            http.Request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return string.Create(CultureInfo.InvariantCulture, $"({count} bytes, {Convert.ToHexStringLower(hash.GetHashAndReset())})");
        }
    }

    private static async Task AbortAsync(HttpContext http, int count)
    {
        http.Response.ContentLength = count * 2;
        await http.Response.Body.WriteAsync(new byte[count], http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }
}
