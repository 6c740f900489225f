using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Net.Async.Tests.Kestrel;

/// <summary>A client that sends exactly these bytes and sees exactly those: a socket, or TLS over it.</summary>
internal sealed partial class RawClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[65536];
    private Stream _stream;
    private int _start, _end;

    private RawClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
    }

    public Socket Socket => _socket;

    public static async Task<RawClient> DialAsync(EndPoint endPoint, int receiveBuffer)
    {
        var socket = endPoint is UnixDomainSocketEndPoint ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
            socket.ReceiveBufferSize = receiveBuffer;
        await socket.ConnectAsync(endPoint).Soon();
        return new RawClient(socket);
    }

    /// <summary>Everything that follows is inside of TLS.</summary>
    /// <param name="options">The client's.</param>
    /// <param name="cut">Where the client's hello is cut in two: the server has read the first part before the second is sent.</param>
    public async Task StartTlsAsync(SslClientAuthenticationOptions options, int cut = 0)
    {
        var (server, client) = (((IPEndPoint)_socket.RemoteEndPoint!).Port, ((IPEndPoint)_socket.LocalEndPoint!).Port);
        var tls = new SslStream(cut == 0 ? _stream : new FirstWriteInTwo(_stream, cut, () =>
            Eventually.IsAsync(() => Ports.Unread(server, client) == 0 && Ports.Unacknowledged(client, server) == 0, "the first part of the hello was read")));
        await tls.AuthenticateAsClientAsync(options).Soon();
        _stream = tls;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes).Soon();

    /// <summary>One response, its date apart; a large body is told by its length and its hash.</summary>
    public async Task<string> ReadResponseAsync(bool toHead = false)
    {
        var head = await ReadHeadAsync();
        if (toHead || head.Contains(" 204 ", StringComparison.Ordinal) || head.StartsWith("HTTP/1.1 1", StringComparison.Ordinal))
            return head;
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal))
            return head + await ReadChunksAsync();
        var length = Length().Match(head);
        return head + (length.Success ? await ReadBodyAsync(long.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture)) : "(no length)");
    }

    /// <summary>Up to the empty line.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        string line;
        do
        {
            line = await ReadLineAsync();
            head.Append(line.StartsWith("Date: ", StringComparison.Ordinal) ? "Date: *\r\n" : line);
        }
        while (line != "\r\n");
        return head.ToString();
    }

    /// <summary>So many bytes: themselves when they are few, else their number and hash.</summary>
    public async Task<string> ReadBodyAsync(long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var text = new StringBuilder();
        for (var left = length; left > 0;)
        {
            if (_start == _end && !await FillAsync())
                throw new EndOfStreamException($"{left} of {length} bytes of the body are missing.");
            var part = _buffer.AsMemory(_start, (int)Math.Min(left, _end - _start));
            hash.AppendData(part.Span);
            if (length <= 4096)
                text.Append(Encoding.Latin1.GetString(part.Span));
            _start += part.Length;
            left -= part.Length;
        }

        return length <= 4096 ? text.ToString() : $"({length} bytes, {Convert.ToHexStringLower(hash.GetHashAndReset())})";
    }

    /// <summary>What still comes, and how it ends: a clean end, or a reset.</summary>
    public async Task<(string Text, string End)> ReadToEndAsync()
    {
        var text = new StringBuilder();
        try
        {
            do
            {
                text.Append(Encoding.Latin1.GetString(_buffer.AsSpan(_start, _end - _start)));
                _start = _end;
            }
            while (await FillAsync());
            return (Dates().Replace(text.ToString(), "Date: *"), "end");
        }
        catch (IOException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return (Dates().Replace(text.ToString(), "Date: *"), "reset");
        }
    }

    /// <summary>Waits for a byte or the end, and takes neither.</summary>
    public async Task<bool> HasEndedAsync() => _start == _end && !await FillAsync();

    /// <summary>So many bytes of anything, unlooked at.</summary>
    public async Task SkipAsync(long count)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync())
                throw new EndOfStreamException($"{count} bytes are missing.");
            var part = (int)Math.Min(count, _end - _start);
            _start += part;
            count -= part;
        }
    }

    /// <summary>Sends FIN, and can still read.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>With a reset or with FIN.</summary>
    public void Leave(bool reset)
    {
        if (reset)
            Reset();
        else
            EndSending();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or AuthenticationException)
        {
            // TLS says goodbye; a peer that has gone does not listen.
        }

        _socket.Dispose();
    }

    private async Task<string> ReadChunksAsync()
    {
        var text = new StringBuilder();
        while (true)
        {
            var line = await ReadLineAsync();
            text.Append(line);
            var size = long.Parse(line.AsSpan().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            text.Append(await ReadBodyAsync(size)).Append(await ReadLineAsync());
            if (size == 0)
                return text.ToString();
        }
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync())
                throw new EndOfStreamException($"The stream ends in the line \"{line}\".");
            var character = (char)_buffer[_start++];
            line.Append(character);
            if (character == '\n')
                return line.ToString();
        }
    }

    private async Task<bool> FillAsync()
    {
        _start = 0;
        _end = 0;
        _end = await _stream.ReadAsync(_buffer).Soon();
        return _end > 0;
    }

    [GeneratedRegex(@"Content-Length: (\d+)\r\n")]
    private static partial Regex Length();

    [GeneratedRegex("Date: [^\r]+")]
    private static partial Regex Dates();
}
