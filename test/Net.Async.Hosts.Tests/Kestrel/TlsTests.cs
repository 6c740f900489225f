using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Net.Async.Tests.Kestrel;

/// <summary>HTTPS: Kestrel's own TLS, which wraps what the transport brings.</summary>
[Collection(RowsCollection.Name)]
public class TlsTests
{
    private static readonly Row[] s_rows =
    [
        new("a request", static stage => AsksAsync(stage, new SslClientAuthenticationOptions { TargetHost = "one.test", RemoteCertificateValidationCallback = Trust })),
        new("certificate by the client's name for the server", NamesAsync),
        new("client certificate", static stage => AsksAsync(stage, new SslClientAuthenticationOptions { TargetHost = "mutual.test", RemoteCertificateValidationCallback = Trust, ClientCertificates = [Certificates.Client] }, 1)),
        new("client certificate that is missing", MissingAsync),
        new("client's hello in two parts, looked at before TLS", HelloAsync),
        new("8 MiB both ways", LargeAsync),
        new("plain HTTP to the port of HTTPS", PlainAsync),
        new("client leaves with RST in the handshake", ResetAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public Task Https_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static Task<KestrelApp> StartAsync(Stage stage) => stage.StartAsync(new Setup
    {
        Kestrel = static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseHttps(static https =>
                https.ServerCertificateSelector = static (_, name) => name == "two.test" ? Certificates.Two : Certificates.One));
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseHttps(Certificates.One, static https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = static (certificate, _, _) => certificate.Thumbprint == Certificates.Client.Thumbprint;
            }));
        },
        Map = static app =>
        {
            Site.Map(app);
            app.MapGet("/client", static (HttpContext http) => http.Connection.ClientCertificate?.Subject ?? "none");
        },
    });

    private static async Task AsksAsync(Stage stage, SslClientAuthenticationOptions options, int endPoint = 0)
    {
        var client = await stage.DialAsync((await StartAsync(stage)).EndPoint(endPoint));
        await client.StartTlsAsync(options);
        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("GET /client HTTP/1.1\r\nHost: one.test\r\n\r\n");
            var response = await client.ReadResponseAsync();
            Assert.Contains(endPoint == 1 ? "CN=client.test" : "none", response, StringComparison.Ordinal);
            stage.Say("response", response);
        }
    }

    private static async Task NamesAsync(Stage stage)
    {
        var app = await StartAsync(stage);
        foreach (var name in (string[])["one.test", "two.test", "other.test"])
        {
            var client = await stage.DialAsync(app.EndPoint());
            X509Certificate? shown = null;
            await client.StartTlsAsync(new SslClientAuthenticationOptions { TargetHost = name, RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = certificate) is not null });
            Assert.Equal(name == "two.test" ? "CN=two.test" : "CN=one.test", shown!.Subject);
            await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
            stage.Say(name, await client.ReadResponseAsync());
        }
    }

    private static async Task MissingAsync(Stage stage)
    {
        var client = await stage.DialAsync((await StartAsync(stage)).EndPoint(1));
        // TLS 1.3: the client is through before the server has seen that there is none.
        var exception = await Record.ExceptionAsync(async () =>
        {
            await client.StartTlsAsync(new SslClientAuthenticationOptions { TargetHost = "one.test", RemoteCertificateValidationCallback = Trust });
            await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
            await client.ReadResponseAsync();
        });
        Assert.NotNull(exception);
    }

    // Kestrel reads as far as the hello goes, and leaves all of it to TLS.
    private static async Task HelloAsync(Stage stage)
    {
        var hellos = new List<long>();
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificates.One, https =>
                https.TlsClientHelloBytesCallback = (_, hello) => hellos.Add(hello.Length))),
            Map = Site.Map,
        });
        foreach (var cut in (int[])[1, 5, 100])
        {
            var client = await stage.DialAsync(app.EndPoint());
            await client.StartTlsAsync(new SslClientAuthenticationOptions { TargetHost = "one.test", RemoteCertificateValidationCallback = Trust }, cut);
            await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
            stage.Say("response", await client.ReadResponseAsync());
        }

        Assert.Equal(3, hellos.Count(static length => length > 100));
    }

    private static async Task LargeAsync(Stage stage)
    {
        const int Count = 8 * 1024 * 1024;
        var client = await stage.DialAsync((await stage.SharedAsync()).EndPoint(Site.Https));
        await client.StartTlsAsync(new SslClientAuthenticationOptions { TargetHost = "one.test", RemoteCertificateValidationCallback = Trust });
        await client.SendAsync($"POST /hash HTTP/1.1\r\nHost: one.test\r\nContent-Length: {Count}\r\n\r\n");
        var bytes = new byte[65536];
        for (var position = 0; position < Count; position += bytes.Length)
        {
            Site.Fill(bytes, position);
            await client.SendAsync(bytes);
        }

        Assert.Contains(Site.HashOf(Count), await client.ReadResponseAsync(), StringComparison.Ordinal);
        await client.SendAsync($"GET /bytes/{Count} HTTP/1.1\r\nHost: one.test\r\n\r\n");
        var response = await client.ReadResponseAsync();
        Assert.EndsWith(Site.HashOf(Count), response, StringComparison.Ordinal);
        stage.Say("response", response);
    }

    private static async Task PlainAsync(Stage stage)
    {
        var client = await stage.DialAsync((await StartAsync(stage)).EndPoint());
        await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
        stage.Say("end", (await client.ReadToEndAsync()).Text.Length);
    }

    private static async Task ResetAsync(Stage stage)
    {
        var client = await stage.DialAsync((await StartAsync(stage)).EndPoint());
        await client.SendAsync("\x16\x03\x01");
        client.Reset();
    }

    private static bool Trust(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is not null;
}
