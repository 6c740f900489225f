// Three servers that speak TLS: an echo, a line server that changes to TLS in mid-stream (STARTTLS), and a chat.
//   dotnet run                                       runs all three with a certificate of its own, and a client against each
//   dotnet run -- echo ENDPOINT CERTIFICATE KEY      stays up; ENDPOINT as 8124 or host:8124, the other two are files in PEM
//   dotnet run -- lines ENDPOINT CERTIFICATE KEY     openssl s_client -starttls smtp -connect 127.0.0.1:8124
//   dotnet run -- chat ENDPOINT CERTIFICATE KEY      openssl s_client -quiet -connect 127.0.0.1:8124
// The files are looked at again while the server runs: a certificate that is renewed needs no restart.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Net.Async;
using TlsServers;

if (args is [])
    return await SelfTest.RunAsync();
if (args is not [("echo" or "lines" or "chat") and var kind, var listen, var certificate, var key] || !NetEndPoint.TryParse(listen, out var endPoint))
{
    Console.Error.WriteLine("Usage: TlsServers [echo|lines|chat ENDPOINT CERTIFICATE KEY]   as in: TlsServers echo 127.0.0.1:8124 fullchain.pem key.pem");
    return 2;
}

try
{
    var tls = new TlsServerOptions { CertificateSource = TlsCertificateSource.FromPemFiles(certificate, key) };
    using var stop = new CancellationTokenSource();
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => (signal.Cancel, _) = (true, stop.CancelAsync()));
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => (signal.Cancel, _) = (true, stop.CancelAsync()));
    await using var server = kind switch
    {
        "echo" => EchoServer.Listen(endPoint, tls, stop.Token),
        "lines" => LineServer.Listen(endPoint, stop.Token),
        _ => ChatServer.Listen(endPoint, tls, stop.Token),
    };
    Console.WriteLine($"ready {NetEndPoint.Format(server.LocalEndPoint)}");
    await (kind switch
    {
        "echo" => EchoServer.RunAsync(server),
        "lines" => LineServer.RunAsync(server, tls),
        _ => ChatServer.RunAsync(server),
    });
    return 0;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ConnectionException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
