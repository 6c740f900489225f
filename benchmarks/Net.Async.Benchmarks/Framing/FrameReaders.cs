using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Benchmarks;

/// <summary>Each reads so many frames that a <see cref="FrameSender"/> sends, and returns how many it has seen.</summary>
internal static class FrameReaders
{
    private static readonly FrameFormat s_lines = FrameFormat.Lines(1024);
    private static readonly FrameFormat s_prefixed = FrameFormat.LengthPrefixed(LengthPrefix.FourBytesBigEndian, 1024 * 1024);

    public static Task<long> OurLinesAsync(IPEndPoint peer, int count) => OursAsync(peer, count, s_lines);

    public static Task<long> OursAsync(IPEndPoint peer, int count) => OursAsync(peer, count, s_prefixed);

    public static async Task<long> StreamReaderAsync(IPEndPoint peer, int count)
    {
        using var socket = await ConnectAsync(peer);
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
        var read = 0L;
        while (read < count && await reader.ReadLineAsync() is { Length: > 0 })
            read++;
        return read;
    }

    public static async Task<long> PipeReaderAsync(IPEndPoint peer, int count, StreamPipeReaderOptions options)
    {
        using var socket = await ConnectAsync(peer);
        var input = PipeReader.Create(new NetworkStream(socket), options);
        var read = 0L;
        while (read < count)
        {
            var result = await input.ReadAsync();
            var buffer = result.Buffer;
            while (TryTake(ref buffer, out var frame))
                read += frame.IsEmpty ? 0 : 1;
            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                break;
        }

        await input.CompleteAsync();
        return read;
    }

    private static async Task<long> OursAsync(IPEndPoint peer, int count, FrameFormat format)
    {
        await using var connection = await Connection.ConnectAsync(peer);
        using var frames = new FrameReader(connection.Input, format);
        var read = 0L;
        while (read < count && await frames.WaitToReadAsync())
        {
            while (frames.TryRead(out var frame))
                read += frame.IsEmpty ? 0 : 1;
        }

        connection.Abort();
        return read;
    }

    // As the pages about pipelines show it.
    private static bool TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadBigEndian(out int length) || reader.Remaining < length)
            return false;
        frame = buffer.Slice(reader.Position, length);
        buffer = buffer.Slice(frame.End);
        return true;
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint peer)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(peer);
        return socket;
    }
}
