// An echo server and its clients, over every kind of transport.
//   dotnet run                       starts a server on each transport, connects 100 clients, compares SHA-256 both ways, prints a table
//   dotnet run -- --listen ENDPOINT...  stays up as an echo server, on one or several; ENDPOINT as in docs/design.md: 8124, [::1]:8124, unix:/tmp/echo, unix:@echo, pipe:echo
using Echo;
using Net.Async;

switch (args)
{
    case []:
        return await SelfTest.RunAsync();
    case ["--listen", _, ..] when args[1..].All(static text => NetEndPoint.TryParse(text, out _)):
        return await EchoServer.RunAsync([.. args[1..].Select(NetEndPoint.Parse)]);
    default:
        Console.Error.WriteLine("Usage: Echo [--listen ENDPOINT...]   where ENDPOINT is 8124, host:8124, [::1]:8124, unix:/path, unix:@name or pipe:name");
        return 2;
}
