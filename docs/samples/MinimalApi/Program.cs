// A minimal API on the transport of Net.Async: a block list and limits for the public below HTTP, and a Unix socket beside the port.
//   dotnet run -- PORT SOCKET [LIST]
//     PORT of 127.0.0.1; 0 lets the system choose, and the address is printed. SOCKET is a path, for a proxy on the same machine.
//     LIST is a file with an address, a network or a range on each line: clients from there are turned away.
// A note: curl http://127.0.0.1:8124/notes -d '"buy milk"' -H 'Content-Type: application/json'
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Mvc;
using Net.Async;

if (args is not [var portText, var socket, .. { Length: <= 1 } lists] || !ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
{
    Console.Error.WriteLine("Usage: MinimalApi PORT SOCKET [LIST]");
    return 2;
}

var blocked = new BlockList();
foreach (var list in lists)
{
    await using var file = File.OpenRead(list);
    await blocked.LoadAsync(file);
}

var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseNetAsync(options =>
{
    // Limits of slow, silent and too many clients, and the list, which may change at any time: all before Kestrel does anything for a client.
    options.Server = ServerOptions.Public() with { Policy = blocked };
    if (!OperatingSystem.IsLinux())
        return;
    // The file of a process that was killed is replaced, and only this user may connect to it.
    options.Server.Listener.ReplaceStaleSocket = true;
    options.Server.Listener.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
});
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Listen(IPAddress.Loopback, port);
    kestrel.ListenUnixSocket(socket);
    kestrel.Limits.MaxRequestBodySize = 64 * 1024;
});

await using var app = builder.Build();
var notes = new ConcurrentQueue<string>();
app.MapGet("/notes", () => notes);
app.MapPost("/notes", ([FromBody] string text) =>
{
    notes.Enqueue(text);
    // Nothing grows without a bound: the oldest note goes.
    while (notes.Count > 1000)
        notes.TryDequeue(out _);
    return Results.Created();
});

await app.StartAsync();
foreach (var address in app.Urls)
    Console.WriteLine($"listening on {address}");
// Until SIGTERM or Ctrl+C: no new client is accepted, and requests under way are answered.
await app.WaitForShutdownAsync();
return 0;
