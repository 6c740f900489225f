using System.Net;

namespace Net.Async.Tests.Proxies;

/// <summary>A connector whose connections give scripted bytes, cut into pieces, and keep what is sent: a proxy without a socket.</summary>
internal sealed class ScriptedProxy(params byte[][] pieces) : Connector
{
    private readonly List<byte> _sent = [];

    /// <summary>What was sent, over all connections.</summary>
    public byte[] Sent => [.. _sent];

    public int Connects { get; private set; }

    public override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        Connects++;
        return Task.FromResult(Connection.FromStream(new Feed(pieces, _sent)));
    }

    /// <summary>The bytes in pieces of so many.</summary>
    public static byte[][] Cut(byte[] bytes, int length) => [.. bytes.Chunk(length)];

    private sealed class Feed(byte[][] pieces, List<byte> sent) : Stream
    {
        private int _piece, _at;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
                return new(0);
            while (_piece < pieces.Length && _at == pieces[_piece].Length)
                (_piece, _at) = (_piece + 1, 0);
            if (_piece == pieces.Length)
                return new(0);
            var count = Math.Min(buffer.Length, pieces[_piece].Length - _at);
            pieces[_piece].AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return new(count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            sent.AddRange(buffer.Span);
            return default;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => sent.AddRange(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
