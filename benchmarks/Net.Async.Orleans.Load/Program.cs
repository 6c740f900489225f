// Calls a second of a client against one silo, on Orleans' own sockets and on the transport of Net.Async. See benchmarks/README.md.
using Net.Async.Load;

const string Usage = """
    Usage: Net.Async.Orleans.Load compare [--peers PEER,PEER] [--rounds N] [--secs N] [--warm N] [--callers N] [--size N] [--silo-cpu N] [--client-cpu N]
    PEER is orleans, net-async or net-async-pool (continuations on the thread pool); the first one is what the others are compared with.
    What it starts itself: silo PEER SILO-PORT GATEWAY-PORT, and client PEER GATEWAY-PORT [--secs N] [--warm N] [--callers N] [--size N].
    """;

try
{
    switch (args)
    {
        case ["compare", .. var rest]:
            return await CompareCommand.RunAsync(CallOptions.Parse(rest));
        case ["silo", var peer, var silo, var gateway]:
            return await SiloCommand.RunAsync(peer, CallOptions.Port(silo), CallOptions.Port(gateway));
        case ["client", var peer, var gateway, .. var rest]:
            return await ClientCommand.RunAsync(peer, CallOptions.Port(gateway), CallOptions.Parse(rest));
        default:
            throw new UsageException(args is [] ? "A command is missing." : $"'{string.Join(' ', args)}' is no command.");
    }
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(Usage);
    return 2;
}
catch (Exception exception) when (exception is LoadException or IOException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
