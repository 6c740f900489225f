// An echo server and its clients, over every kind of transport.
//   dotnet run                       starts a server on each transport, connects 100 clients, compares SHA-256 both ways, prints a table
//   dotnet run -- --listen ENDPOINT...  stays up as an echo server, on one or several; ENDPOINT as in docs/serving.md: 8124, [::1]:8124, unix:/tmp/echo, unix:@echo, pipe:echo, fd:3
//   dotnet run -- --systemd          serves the sockets that systemd starts it with
using Echo;
using Net.Async;

switch (args)
{
    case []:
        return await SelfTest.RunAsync();
    case ["--systemd"]:
        return await EchoServer.RunActivatedAsync();
    case ["--listen", _, ..] when args[1..].All(static text => NetEndPoint.TryParse(text, out _)):
        return await EchoServer.RunAsync([.. args[1..].Select(NetEndPoint.Parse)]);
    default:
        Console.Error.WriteLine("Usage: Echo [--listen ENDPOINT... | --systemd]   where ENDPOINT is 8124, host:8124, [::1]:8124, unix:/path, unix:@name, pipe:name or fd:3");
        return 2;
}
