using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Net.Async.Testing;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Testing;

/// <summary>What a transport of 60 lines gets for it: servers, half-close, TLS, orderly closes.</summary>
public class StrangersTransportTests : LeakCheck
{
    [Fact]
    public async Task ServeAsync_UnchangedEchoHandler_AnswersEverything()
    {
        var listener = new ChannelListener();
        await using var server = Server.Listen(listener);
        var serving = server.ServeAsync(ServerTests.Echo);
        var bytes = Bytes.Random(1_000_000);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            await using var client = listener.Connect();
            var answer = client.Input.ReadExactlyAsync(bytes.Length);
            await client.Output.WriteAsync(bytes).Soon();
            Assert.Equal(bytes, await answer);
            await client.CloseAsync().Soon();
        }));
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await server.StopAsync(TimeSpan.FromSeconds(10)).Soon());
        await serving.Soon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CompleteOutput_EitherSideFirst_TheOtherReadsTheEndAndStillAnswers(bool clientFirst)
    {
        var listener = new ChannelListener();
        await using var server = Server.Listen(listener);
        var client = listener.Connect();
        var accepted = await server.AcceptAsync().Soon();
        var (first, second) = clientFirst ? (client, accepted) : (accepted, client);
        await first.Output.WriteAsync("question"u8.ToArray()).Soon();
        await first.Output.CompleteAsync().Soon();
        Assert.Equal("question", Encoding.ASCII.GetString(await second.Input.ReadToEndAsync()));
        await second.Output.WriteAsync("answer"u8.ToArray()).Soon();
        await second.Output.CompleteAsync().Soon();
        Assert.Equal("answer", Encoding.ASCII.GetString(await first.Input.ReadToEndAsync()));
        await Eventually.IsAsync(() => first.CloseReason is { IsClean: true } && second.CloseReason is { IsClean: true }, "both ends, and no clean close");
    }

    [Fact]
    public async Task Close_FromAnotherThreadWhileBothSidesWait_EndsBothAndIsTheFirstReason()
    {
        var listener = new ChannelListener();
        await using var server = Server.Listen(listener);
        await using var client = listener.Connect();
        await using var accepted = await server.AcceptAsync().Soon();
        var (reading, writing) = (client.Input.ReadAsync().AsTask(), client.Output.WriteAsync(new byte[10_000_000]).AsTask());
        Assert.False(reading.IsCompleted || writing.IsCompleted);
        client.Abort();
        await reading.ThrowsAsync(ConnectionError.Aborted);
        await writing.ThrowsAsync(ConnectionError.Aborted);
        await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            while (true)
                await accepted.SendAsync(new byte[1000]).Soon();
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SslStream_HandshakeAndExchange_WorkAlsoInSlices(bool isSliced)
    {
        using var faults = new FaultInjector(seed: 3);
        if (isSliced)
            (faults.Sending.Rules, faults.Receiving.Rules) = (FaultRules.None with { SliceBytes = 3 }, FaultRules.None with { SliceBytes = 3 });
        var listener = new ChannelListener();
        await using var server = Server.Listen(faults.Over(listener));
        using var certificate = SelfSigned("channels.test");
        var serving = server.ServeAsync(async (connection, token) =>
        {
            await using var tls = new SslStream(connection.AsStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
            await tls.CopyToAsync(tls, token);
        });
        await using var client = listener.Connect();
        await using (var tls = new SslStream(client.AsStream(), leaveInnerStreamOpen: true))
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "channels.test",
                RemoteCertificateValidationCallback = (_, remote, _, _) => remote!.GetCertHashString() == certificate.GetCertHashString(),
            }).Soon();
            var (bytes, answer) = (Bytes.Random(50_000), new byte[50_000]);
            await tls.WriteAsync(bytes).Soon();
            await tls.ReadExactlyAsync(answer).Soon();
            Assert.Equal(bytes, answer);
            await tls.ShutdownAsync().Soon();
            Assert.Equal(0, await tls.ReadAsync(answer).Soon());
        }

        await client.CloseAsync().Soon();
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class ChannelListener : TransportListener
    {
        private readonly Channel<TransportStream> _clients = Channel.CreateBounded<TransportStream>(16);

        public override EndPoint LocalEndPoint { get; } = new DnsEndPoint("channels", 1);

        public Connection Connect()
        {
            var (to, back) = (Channel.CreateBounded<byte[]>(4), Channel.CreateBounded<byte[]>(4));
            Assert.True(_clients.Writer.TryWrite(new ChannelTransport(to, back)));
            return Connection.FromTransport(new ChannelTransport(back, to));
        }

        public override void Start(int backlog)
        {
        }

        public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await _clients.Reader.ReadAsync(cancellationToken);
            }
            catch (ChannelClosedException)
            {
                throw new SocketException((int)SocketError.OperationAborted);
            }
        }

        public override void Close()
        {
            _clients.Writer.TryComplete();
            while (_clients.Reader.TryRead(out var client))
                client.Reset();
        }
    }
}
