// A worker with two servers: "lines" answers each line with itself, over TCP; "store" keeps values by key, over a Unix socket.
//   dotnet run -- --Servers:lines:EndPoint=127.0.0.1:8124 --Servers:store:EndPoint=unix:/tmp/store
// Ctrl+C or SIGTERM stops it: no answer is cut off. Under systemd it notifies, and takes its sockets (systemd:NAME).
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Worker;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.AddSimpleConsole(static options => options.SingleLine = true);

builder.Services.AddSingleton<Store>();
builder.Services.AddServer<LineHandler>("lines", "127.0.0.1:0").AddHealthCheck();
builder.Services.AddServer<StoreHandler>("store", "127.0.0.1:0").AddHealthCheck();
builder.Services.AddSystemdNotifications();

await builder.Build().RunAsync();
