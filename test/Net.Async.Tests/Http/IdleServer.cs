using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Tests.Http;

/// <summary>An HTTP/1.1 server that ends connections which were idle for a while, as many do.</summary>
internal sealed class IdleServer : IAsyncDisposable
{
    private static readonly byte[] s_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray();
    private static readonly byte[] s_tooLate = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Task, bool> _clients = new();
    private readonly TimeSpan _limit;
    private readonly string _end;
    private readonly Task _accepting;
    private int _ended;
    private int _live;
    private long _lastEnd;

    /// <summary>Starts.</summary>
    /// <param name="limit">How long a connection may be idle.</param>
    /// <param name="end">How it is ended: "fin", "rst", or "408", an answer without a request and then FIN.</param>
    public IdleServer(TimeSpan limit, string end)
    {
        (_limit, _end) = (limit, end);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(64);
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndPoint}/");

    /// <summary>Connections that were ended for being idle.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>How long it has had no connection.</summary>
    public TimeSpan IdleFor => Volatile.Read(ref _live) > 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Volatile.Read(ref _lastEnd));

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_clients.Keys).Soon();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _clients.TryAdd(ServeAsync(await _listener.AcceptAsync()), true);
        }
        catch (SocketException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        Interlocked.Increment(ref _live);
        using (client)
        {
            client.NoDelay = true;
            try
            {
                // Only between two requests: a client that is slow with its first one shall not be the reason for a failure.
                for (var isFirst = true; await ReadRequestAsync(client, isFirst); isFirst = false)
                    await client.SendAsync(s_answer);
            }
            catch (SocketException)
            {
                // The client has gone.
            }
        }

        Volatile.Write(ref _lastEnd, Stopwatch.GetTimestamp());
        Interlocked.Decrement(ref _live);
    }

    // False at the client's end, and when the time is over.
    private async Task<bool> ReadRequestAsync(Socket client, bool isFirst)
    {
        var buffer = new byte[4096];
        var length = 0;
        using var idle = new CancellationTokenSource(_limit);
        while (true)
        {
            int count;
            try
            {
                count = await client.ReceiveAsync(buffer.AsMemory(length), length == 0 && !isFirst ? idle.Token : CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                await EndAsync(client);
                return false;
            }

            if (count == 0)
                return false;
            length += count;
            if (IsWhole(buffer.AsSpan(0, length)))
                return true;
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> request)
    {
        var text = Encoding.ASCII.GetString(request);
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
            return false;
        var at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) + "Content-Length: ".Length;
        return text.Length >= head + 4 + int.Parse(text.AsSpan(at, text.IndexOf('\r', at) - at), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task EndAsync(Socket client)
    {
        Interlocked.Increment(ref _ended);
        if (_end == "408")
            await client.SendAsync(s_tooLate);
        if (_end == "rst")
            client.LingerState = new LingerOption(true, 0);
        client.Close();
    }
}
