using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests.Proxying;

/// <summary>The proxy that has brought the protocol, in front of servers of this library.</summary>
public class HaproxyTests
{
    private static readonly string[] s_options = ["send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,unique-id"];

    [Needs("haproxy")]
    public async Task Haproxy_OverTcp_NamesTheClientToPolicyAndConnection()
    {
        foreach (var engine in Engines.Names)
        {
            foreach (var options in s_options)
                await NamesTheClientAsync(Engines.Serving(engine), NetEndPoint.Parse("127.0.0.1:0"), options);
        }
    }

    [Needs("haproxy")]
    public async Task Haproxy_OverAUnixSocket_NamesTheClientToPolicyAndConnection()
    {
        foreach (var engine in Engines.Names)
        {
            foreach (var options in s_options)
            {
                var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}"[..30]);
                await NamesTheClientAsync(Engines.Serving(engine), NetEndPoint.Parse("unix:" + path), options);
            }
        }
    }

    [Needs("haproxy")]
    public async Task Haproxy_WithTls_TellsTheSessionOfTheClient()
    {
        await using var server = Server.Listen(0, new ServerOptions { Upgrade = { Steps = [new ProxyProtocol(ConnectionPolicy.AllowAll)] } });
        await using var haproxy = await Haproxy.StartAsync(server.LocalEndPoint, "send-proxy-v2 proxy-v2-options ssl,cert-cn,ssl-cipher,cert-key,cert-sig,authority,crc32c,unique-id",
            "ssl crt {pem} alpn h2,http/1.1\n    unique-id-format app-%ci", Pem());
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await haproxy.ConnectAsync("127.0.0.9");
        var tls = new SslStream(client.AsStream(), leaveInnerStreamOpen: true, static (_, certificate, _, _) => certificate?.Subject == "CN=app.example");
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "app.example", ApplicationProtocols = [SslApplicationProtocol.Http2] }).Soon();

        await using var accepted = await accepting.Soon();

        var header = accepted.Proxy!.Header;
        Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
        Assert.Equal(("app.example", "h2", true), (header.Authority, header.Alpn, header.HasChecksum));
        Assert.Equal("app-127.0.0.9"u8.ToArray(), header.UniqueId!.Value.ToArray());
        var facts = header.Tls!;
        Assert.Equal((true, false, false), (facts.IsTls, facts.HasCertificateOnConnection, facts.IsCertificateVerified));
        Assert.StartsWith("TLSv1.", facts.Version, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(facts.Cipher));
        Assert.StartsWith("RSA", facts.KeyAlgorithm, StringComparison.Ordinal);
        Assert.Contains("SHA256", facts.SignatureAlgorithm, StringComparison.Ordinal);
        await tls.DisposeAsync();
        client.Abort();
    }

    [Needs("haproxy")]
    public async Task Haproxy_HealthChecks_AreLocalOrUnknown()
    {
        foreach (var options in s_options[..2])
        {
            await using var server = Server.Listen(0, new ServerOptions { Upgrade = { Steps = [new ProxyProtocol(ConnectionPolicy.AllowAll)] } });
            var accepting = server.AcceptAsync().AsTask();
            await using var haproxy = await Haproxy.StartAsync(server.LocalEndPoint, options + " check inter 100ms check-send-proxy");
            await using var accepted = await accepting.Soon();
            var header = accepted.Proxy!.Header;
            Assert.True(header.IsLocal || header.Source is null || ((IPEndPoint)header.Source).Address.Equals(IPAddress.Loopback), header.ToString());
            Assert.Equal("127.0.0.1", ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString());
            accepted.Abort();
        }
    }

    [Needs("haproxy")]
    public async Task Haproxy_TakesOurHeaders_AndPassesThemOn()
    {
        foreach (var version in (ProxyProtocolVersions[])[ProxyProtocolVersions.V1, ProxyProtocolVersions.V2])
        {
            await using var server = Server.Listen(0, new ServerOptions { Upgrade = { Steps = [new ProxyProtocol(ConnectionPolicy.AllowAll)] } });
            await using var haproxy = await Haproxy.StartAsync(server.LocalEndPoint, "send-proxy-v2", "accept-proxy");
            var header = new ProxyHeader(IPEndPoint.Parse("192.0.2.1:56324"), IPEndPoint.Parse("198.51.100.1:443")) { Version = version };
            if (version == ProxyProtocolVersions.V2)
                header = header with { Tlvs = [new(ProxyTlvType.Authority, "example.org"), ProxyTlv.Checksum] };
            var accepting = server.AcceptAsync().AsTask();
            await using var client = await new HappyEyeballsConnector().ConnectAsync(haproxy.FrontEndPoint, header);
            await using var accepted = await accepting.Soon();
            Assert.Equal((header.Source, header.Destination), (accepted.RemoteEndPoint, accepted.LocalEndPoint));
            await client.Output.WriteAsync("abc"u8.ToArray());
            Assert.Equal("abc"u8.ToArray(), await accepted.Input.ReadExactlyAsync(3));
            client.Abort();
        }
    }

    [Needs("haproxy")]
    public async Task Sample_BehindHaproxy_AnswersWithTheAddressOfTheClient()
    {
        await using var sample = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "BehindHaproxy.dll"), "127.0.0.1:0", "127.0.0.1/32");
        var ready = await sample.Output.ReadLineAsync().Soon();
        Assert.StartsWith("ready ", ready, StringComparison.Ordinal);
        await using var haproxy = await Haproxy.StartAsync(NetEndPoint.Parse(ready![6..]), "send-proxy-v2 proxy-v2-options crc32c");

        await using var client = await haproxy.ConnectAsync("127.0.0.9");
        await client.WriteLineAsync("hello");
        Assert.Equal($"hello: you are {NetEndPoint.Format(client.LocalEndPoint!)}, through V2", await client.ReadLineAsync().Soon());

        // Past the proxy, from an address that may not say who a client is.
        await using var direct = await new HappyEyeballsConnector(new HappyEyeballsOptions { Addresses = { LocalAddresses = [IPAddress.Parse("127.0.0.9")] } }).ConnectAsync(NetEndPoint.Parse(ready[6..]));
        var exception = await Record.ExceptionAsync(async () => Assert.Null(await direct.ReadLineAsync().Soon()));
        Assert.True(exception is null or ConnectionException { Error: ConnectionError.Reset }, exception?.ToString());
    }

    private static async Task NamesTheClientAsync(ServerOptions serverOptions, EndPoint endPoint, string options)
    {
        var denied = new BlockList();
        denied.AddAddress("127.0.0.66");
        await using var server = Server.Listen(endPoint, serverOptions with
        {
            Upgrade = new UpgradeOptions { Steps = [new ProxyProtocol(ConnectionPolicy.AllowAll)] },
            Policy = new RulePolicy(new RulePolicyOptions { Deny = denied }),
        });
        await using var haproxy = await Haproxy.StartAsync(server.LocalEndPoint, options, "\n    unique-id-format app-%ci");
        var accepting = server.AcceptAsync().AsTask();
        await using (var refused = await haproxy.ConnectAsync("127.0.0.66"))
        {
            await refused.Output.WriteAsync("x"u8.ToArray());
            await Eventually.IsAsync(() => server.Denied == 1, $"{options}: the policy was not asked for the client");
        }

        Assert.False(accepting.IsCompleted);
        await using var client = await haproxy.ConnectAsync("127.0.0.9");
        await client.Output.WriteAsync("hello"u8.ToArray());
        await using var accepted = await accepting.Soon();

        Assert.Equal((client.LocalEndPoint, (EndPoint)haproxy.FrontEndPoint), (accepted.RemoteEndPoint, accepted.LocalEndPoint));
        Assert.Equal("hello"u8.ToArray(), await accepted.Input.ReadExactlyAsync(5));
        var header = accepted.Proxy!.Header;
        Assert.Equal(options == "send-proxy" ? ProxyProtocolVersions.V1 : ProxyProtocolVersions.V2, header.Version);
        Assert.Equal(options.Contains("crc32c", StringComparison.Ordinal), header.HasChecksum);
        if (endPoint is IPEndPoint)
            Assert.Equal("127.0.0.1", ((IPEndPoint)accepted.Proxy.RemoteEndPoint!).Address.ToString());
        client.Abort();
    }

    private static string Pem()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=app.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
