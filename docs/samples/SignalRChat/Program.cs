// A chat: a SignalR hub over WebSockets on the transport of Net.Async, and a console client of it.
//   dotnet run -- serve PORT       serves at 127.0.0.1; 0 lets the system choose, and the address is printed
//   dotnet run -- chat URL NAME    sends each line of its input to all, and prints what all say
using System.Globalization;
using System.Net;
using SignalRChat;

return args switch
{
    ["serve", var text] when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => await ServeAsync(port),
    ["chat", var text, var name] when Uri.TryCreate(text, UriKind.Absolute, out var url) => await ChatClient.RunAsync(url, name),
    _ => Usage(),
};

static async Task<int> ServeAsync(int port)
{
    var builder = WebApplication.CreateSlimBuilder();
    // WebSockets are long: without a pipe and a pump for each, an idle one holds no buffer of the transport.
    builder.WebHost.UseNetAsync();
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
    // A message has at most 4 KiB, and a client that says nothing for 30 s has gone.
    builder.Services.AddSignalR(signalR => (signalR.MaximumReceiveMessageSize, signalR.ClientTimeoutInterval) = (4096, TimeSpan.FromSeconds(30)));
    await using var app = builder.Build();
    app.MapHub<ChatHub>("/chat");
    await app.StartAsync();
    foreach (var address in app.Urls)
        Console.WriteLine($"listening on {address}/chat");
    // Until SIGTERM or Ctrl+C: each client is told that the server closes.
    await app.WaitForShutdownAsync();
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("Usage: SignalRChat serve PORT | chat URL NAME");
    return 2;
}
