using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Namespaces;

/// <summary>One try to get past a policy. Whatever it throws, what counts is what arrives.</summary>
/// <param name="Category">Of which kind.</param>
/// <param name="What">The text, the answer or the path.</param>
/// <param name="Try">Does it, with the options to connect by.</param>
internal sealed record GuardCase(string Category, string What, Func<HappyEyeballsOptions, CancellationToken, Task> Try)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>What the case needs beside a policy.</summary>
    public HappyEyeballsOptions Options { get; init; } = new() { Resolver = new GuardNames() };

    /// <summary>A request for a URI; an unguarded client sends it through the same connector.</summary>
    public static GuardCase Http(string category, string uri, HappyEyeballsOptions? options = null) => new(category, uri, async (connecting, token) =>
    {
        using HttpMessageHandler handler = ReferenceEquals(connecting.Policy, ConnectionPolicy.AllowAll)
            ? new SocketsHttpHandler { UseProxy = false }.UseConnector(new HappyEyeballsConnector(connecting))
            : new GuardedHttpHandler(connecting);
        using var client = new HttpClient(handler);
        _ = await client.GetStringAsync(new Uri(uri), token);
    })
    { Options = options ?? new() { Resolver = new GuardNames() } };

    /// <summary>A redirect from the public server, with one of the status codes.</summary>
    public static GuardCase Redirect(string category, string to, int status, Mode mode) =>
        Http(category, $"http://{(mode == Mode.V6Only ? $"[{GuardTargets.PublicV6}]" : GuardTargets.PublicV4)}/{status}/{Convert.ToHexString(Encoding.UTF8.GetBytes(to))}") with { What = $"{status} to {to}" };

    /// <summary>A connect to a host as text.</summary>
    public static GuardCase Host(string category, string host, HappyEyeballsOptions? options = null) => new(category, host, async (connecting, token) =>
    {
        await using var connection = await new HappyEyeballsConnector(connecting).ConnectAsync(host, GuardTargets.Port, token);
    })
    { Options = options ?? new() { Resolver = new GuardNames() } };

    /// <summary>A connect to an end point, by another way each time.</summary>
    public static GuardCase EndPoint(string category, EndPoint endPoint, int way, HappyEyeballsOptions? options = null) => new(category, $"{NetEndPoint.Format(endPoint)} ({way})", async (connecting, token) =>
    {
        var connector = new HappyEyeballsConnector(connecting);
        if (way == 0)
            await using (await connector.ConnectAsync(endPoint, token))
                return;
        if (way == 1)
            using (await connector.ConnectSocketAsync(endPoint, token))
                return;
        if (way == 2)
        {
            _ = await connector.ConnectAsync(endPoint, static (_, _) => new ValueTask<int>(1), token);
            return;
        }

        var local = endPoint is IPEndPoint { AddressFamily: var family } ? new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0) as EndPoint
            : new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"guard-bound-{Environment.ProcessId}"));
        using var bound = BoundSocket.Bind(local, new BoundSocketOptions { Policy = connecting.Policy });
        await using var connection = await bound.ConnectAsync(endPoint, cancellationToken: token);
    })
    { Options = options ?? new() { Resolver = new GuardNames() } };

    public async Task PlayAsync(ConnectionPolicy policy)
    {
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await Try(Options with { Policy = policy, ConnectTimeout = s_limit }, limit.Token);
        }
        catch (Exception exception) when (exception is ConnectionException or HttpRequestException or ArgumentException or FormatException or NotSupportedException or InvalidOperationException or OperationCanceledException)
        {
            // A denial, or a text that is no host.
        }
    }
}
