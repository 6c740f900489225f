using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Net.Async.Tests.Connections;

/// <summary>Connections over streams: sockets, TLS, pipes, files, and streams that fail.</summary>
public class FromStreamTests : LeakCheck
{
    [Fact]
    public async Task FromStream_NetworkStream_HalfClosesAndKnowsItsAddresses()
    {
        var (left, right) = await SocketPairAsync();
        using var peer = new NetworkStream(right, ownsSocket: true);
        await using var connection = Connection.FromStream(new NetworkStream(left, ownsSocket: true));

        await connection.Output.WriteAsync("to the peer"u8.ToArray());
        await connection.Output.CompleteAsync();
        Assert.Equal("to the peer", await new StreamReader(peer, leaveOpen: true).ReadToEndAsync().Soon());
        await peer.WriteAsync("and back"u8.ToArray());
        peer.Socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("and back", await ReadAllAsync(connection));
        Assert.Equal(right.LocalEndPoint, connection.RemoteEndPoint);
        Assert.True(connection.Capabilities.HasFlag(ConnectionCapabilities.HalfClose | ConnectionCapabilities.Socket));
        await connection.CloseAsync().Soon();
        Assert.Equal(right.LocalEndPoint, connection.RemoteEndPoint);
        Assert.True(connection.CloseReason is { IsClean: true });
    }

    [Fact]
    public async Task FromStream_SslStreamOverAConnection_EndsEachDirectionByItself()
    {
        using var certificate = MakeCertificate();
        await using var server = Server.Listen(0);
        var accepting = server.AcceptAsync().AsTask();
        var plain = await Connection.ConnectAsync(server.LocalEndPoint);
        var client = new SslStream(plain.AsStream(), leaveInnerStreamOpen: false, (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString());
        var accepted = new SslStream((await accepting).AsStream());
        await Task.WhenAll(
            client.AuthenticateAsClientAsync("localhost"),
            accepted.AuthenticateAsServerAsync(certificate)).Soon();
        await using var left = Connection.FromStream(client);
        await using var right = Connection.FromStream(accepted);

        await left.Output.WriteAsync("question"u8.ToArray());
        await left.Output.CompleteAsync().AsTask().Soon();
        Assert.Equal("question", await ReadAllAsync(right));
        await right.Output.WriteAsync(new byte[100_000]);
        await right.Output.CompleteAsync().AsTask().Soon();

        Assert.Equal(100_000, (await ReadAllAsync(left)).Length);
    }

    [Fact]
    public async Task FromStream_PipeStreams_MovesBytesBothWays()
    {
        var (one, other) = (new Pipe(), new Pipe());
        await using var left = Connection.FromStream(new DuplexStream(one.Reader.AsStream(), other.Writer.AsStream()));
        await using var right = Connection.FromStream(new DuplexStream(other.Reader.AsStream(), one.Writer.AsStream()));

        await left.Output.WriteAsync("abc"u8.ToArray());
        var read = await right.Input.ReadAtLeastAsync(3).AsTask().Soon();
        Assert.Equal("abc", Encoding.ASCII.GetString(read.Buffer));
        right.Input.AdvanceTo(read.Buffer.End);
        await left.CloseAsync().Soon();

        Assert.Equal("", await ReadAllAsync(right));
        Assert.Null(left.RemoteEndPoint);
        Assert.Null(left.Socket);
    }

    [Fact]
    public async Task FromStream_StreamThatFails_SaysItsExceptionInTheReason()
    {
        var failure = new InvalidDataException("The checksum is wrong.");
        await using var connection = Connection.FromStream(new FailingStream(failure));

        var error = await Assert.ThrowsAsync<ConnectionException>(async () => await connection.Input.ReadAsync().AsTask().Soon());

        Assert.Same(failure, error.InnerException);
        Assert.Same(failure, connection.CloseReason!.Exception);
        Assert.Contains("The checksum is wrong", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConnectionException>(async () => await connection.Output.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task FromStream_ReadableOnly_RefusesToWrite()
    {
        await using var connection = Connection.FromStream(new MemoryStream("content"u8.ToArray(), writable: false));

        Assert.Equal("content", await ReadAllAsync(connection));
        Assert.Throws<InvalidOperationException>(() => connection.Output.GetMemory());
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public void FromStream_WrongArguments_NameThem()
    {
        var closed = new MemoryStream();
        closed.Dispose();

        Assert.Equal("stream", Assert.Throws<ArgumentNullException>(static () => Connection.FromStream(null!)).ParamName);
        Assert.Equal("stream", Assert.Throws<ArgumentException>(() => Connection.FromStream(closed)).ParamName);
    }

    [Fact]
    public async Task Abort_WhileAReadWaits_EndsIt()
    {
        var (left, right) = await SocketPairAsync();
        using var peer = right;
        await using var connection = Connection.FromStream(new NetworkStream(left, ownsSocket: true));
        var reading = connection.Input.ReadAsync().AsTask();

        connection.Abort();

        Assert.Equal(ConnectionError.Aborted, (await Assert.ThrowsAsync<ConnectionException>(() => reading.Soon())).Error);
        Assert.Equal(SocketError.ConnectionReset, Assert.Throws<SocketException>(() => peer.Receive(new byte[1])).SocketErrorCode);
    }

    [Fact]
    public async Task Abort_DisposeOfTheStreamWaits_DoesNotWait()
    {
        using var stream = new SlowlyDisposedStream();
        var connection = Connection.FromStream(stream);

        await Task.Run(() => connection.Abort()).Soon();

        stream.MayEnd.Set();
        await stream.Disposed.Soon();
    }

    private static async Task<string> ReadAllAsync(Connection connection)
    {
        var content = new MemoryStream();
        await connection.Input.CopyToAsync(content).Soon();
        return Encoding.ASCII.GetString(content.ToArray());
    }

    private static async Task<(Socket Left, Socket Right)> SocketPairAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var left = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await left.ConnectAsync(listener.LocalEndPoint!);
        return (left, await listener.AcceptAsync());
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class DuplexStream(Stream reader, Stream writer) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reader.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => writer.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => writer.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            writer.Dispose();
            reader.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class SlowlyDisposedStream : MemoryStream
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim MayEnd { get; } = new();

        public Task Disposed => _disposed.Task;

        protected override void Dispose(bool disposing)
        {
            MayEnd.Wait();
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }

    private sealed class FailingStream(Exception failure) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException<int>(failure);
    }
}
