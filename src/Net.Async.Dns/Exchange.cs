using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DnsClient;

namespace Net.Async;

/// <summary>One question to one name server, once: a datagram, and a TCP connection when the answer did not fit.</summary>
/// <param name="server">The name server.</param>
/// <param name="options">The limits.</param>
/// <param name="mayGoOn">Asked before anything is sent.</param>
internal sealed class Exchange(IPEndPoint server, DnsResolverOptions options, Func<bool> mayGoOn)
{
    // Some send more than the query allows.
    private const int DatagramBuffer = 4096;

    /// <summary>What the name server says, or how it fails; null when it is not asked any more. The socket is closed by then.</summary>
    /// <exception cref="OperationCanceledException">The token has fired: nothing more is sent, and nothing is awaited.</exception>
    public async Task<Answer?> AskAsync(Question question, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.QueryTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (!mayGoOn())
                return null;
            var message = await AskByDatagramAsync(new QueryMessage(question), either.Token).ConfigureAwait(false);
            if (message.IsTruncated && options.UseTcpFallback)
            {
                if (!mayGoOn())
                    return null;
                message = await AskByStreamAsync(new QueryMessage(question), either.Token).ConfigureAwait(false);
            }

            return Read(message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(string.Create(CultureInfo.InvariantCulture, $"did not answer within {options.QueryTimeout.TotalSeconds} s"), ConnectionError.TimedOut);
        }
        catch (SocketException exception)
        {
            return Failed($"is not reached ({exception.SocketErrorCode})", ConnectionError.Unknown, exception);
        }
        catch (EndOfStreamException exception)
        {
            return Failed("closed the connection without an answer", ConnectionError.Unknown, exception);
        }
        catch (DnsResponseParseException exception)
        {
            return Failed("answered what cannot be read", ConnectionError.Unknown, exception);
        }
    }

    private Answer Read(AnswerMessage message)
    {
        if (message.IsTruncated)
            return Failed("answered with a part of the answer");
        return message.Code is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain ? message.Read(options) : Failed($"answered {message.Code}");
    }

    // A connected socket: the kernel drops what others send, and tells when nobody listens at the port.
    private async Task<AnswerMessage> AskByDatagramAsync(QueryMessage query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(query.ToBytes(), cancellationToken).ConfigureAwait(false);
        var buffer = new byte[DatagramBuffer];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            // What answers another query, a late answer or a forged one, does not end the wait for ours.
            if (AnswerMessage.Open(query, buffer[..length]) is { } message)
                return message;
        }
    }

    // RFC 1035, 4.2.2: two octets of length before each message.
    private async Task<AnswerMessage> AskByStreamAsync(QueryMessage query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        var bytes = query.ToBytes();
        var framed = new byte[sizeof(ushort) + bytes.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)bytes.Length);
        bytes.CopyTo(framed, sizeof(ushort));
        await socket.SendAsync(framed, cancellationToken).ConfigureAwait(false);
        var length = await ReceiveAsync(socket, sizeof(ushort), cancellationToken).ConfigureAwait(false);
        var answer = await ReceiveAsync(socket, BinaryPrimitives.ReadUInt16BigEndian(length), cancellationToken).ConfigureAwait(false);
        return AnswerMessage.Open(query, answer) ?? throw new DnsResponseParseException("The answer is to another query.");
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        for (var received = 0; received < length;)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(received), cancellationToken).ConfigureAwait(false);
            received += count > 0 ? count : throw new EndOfStreamException();
        }

        return bytes;
    }

    private Answer Failed(string what, ConnectionError error = ConnectionError.Unknown, Exception? cause = null) =>
        Answer.Failed(error, $"{NetEndPoint.Format(server)} {what}", cause);
}
