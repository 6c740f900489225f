// gRPC between two processes of one machine, over a Unix socket: no port, and the permissions of a file say who may call.
//   dotnet run -- serve SOCKET              serves at that path
//   dotnet run -- hello SOCKET NAME         prints one greeting
//   dotnet run -- hellos SOCKET NAME COUNT  prints a stream of greetings
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using GrpcUnix;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Net.Async;

switch (args)
{
    case ["serve", var path]:
        await ServeAsync(path);
        return 0;
    case ["hello", var path, var name]:
        using (var channel = Open(path))
            Console.WriteLine((await new Greeter.GreeterClient(channel).HelloAsync(new() { Name = name }, deadline: Deadline())).Text);
        return 0;
    case ["hellos", var path, var name, var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count):
        using (var channel = Open(path))
        {
            using var call = new Greeter.GreeterClient(channel).Hellos(new() { Name = name, Count = count }, deadline: Deadline());
            await foreach (var reply in call.ResponseStream.ReadAllAsync())
                Console.WriteLine(reply.Text);
        }

        return 0;
    default:
        Console.Error.WriteLine("Usage: GrpcUnix serve SOCKET | hello SOCKET NAME | hellos SOCKET NAME COUNT");
        return 2;
}

static async Task ServeAsync(string path)
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.WebHost.UseNetAsync(static options => UnixSocket.Restrict(options.Server.Listener));
    // Without TLS there is no choice of a protocol: HTTP/2 is what gRPC needs.
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path, static listen => listen.Protocols = HttpProtocols.Http2));
    builder.Services.AddGrpc();
    await using var app = builder.Build();
    app.MapGrpcService<GreeterService>();
    await app.StartAsync();
    foreach (var address in app.Urls)
        Console.WriteLine($"listening on {address}");
    // Until SIGTERM or Ctrl+C: calls under way are answered, and the file is removed.
    await app.WaitForShutdownAsync();
}

// The authority of the address means nothing: every connection leads to the socket.
static GrpcChannel Open(string path) =>
    GrpcChannel.ForAddress("http://localhost", new() { HttpHandler = new SocketsHttpHandler().UseConnector(new UnixSocket(path)), DisposeHttpClient = true });

static DateTime Deadline() => DateTime.UtcNow.AddSeconds(30);
