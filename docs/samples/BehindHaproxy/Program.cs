// A server behind HAProxy: it answers each line with the address of the client, which only the proxy knows.
//   dotnet run -- 127.0.0.1:8124 127.0.0.0/8             serves there; only proxies of that network may say who a client is
//   dotnet run -- unix:/run/app/socket 127.0.0.0/8       a Unix socket, which only the proxy can open: its permissions are the trust
//   haproxy -db -f haproxy.cfg                           the proxy in front, in another terminal
//   nc 127.0.0.1 8080                                    a client
using BehindHaproxy;
using Net.Async;

if (args is not [var endPoint, var proxies] || !NetEndPoint.TryParse(endPoint, out _))
{
    Console.Error.WriteLine("Usage: BehindHaproxy ENDPOINT NETWORK   as in: BehindHaproxy 127.0.0.1:8124 127.0.0.0/8");
    return 2;
}

return await AddressServer.RunAsync(endPoint, proxies);
