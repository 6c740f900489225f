// One web application on either transport, a client that holds idle connections, and the table of the results. See benchmarks/README.md.
using System.Net.Sockets;
using Net.Async.HostLoad;

const string Usage = """
    Usage: Net.Async.HostLoad serve TRANSPORT SCHEME[:PORT]...
           Net.Async.HostLoad idle PORT CONNECTIONS
           Net.Async.HostLoad table FILE
    TRANSPORT is netasync or sockets (Kestrel's own); SCHEME is http, https, h2 or h2c; without a port the system chooses.
    """;

try
{
    switch (args)
    {
        case ["serve", var transport, .. var endPoints]:
            await ServeCommand.RunAsync(transport, endPoints);
            return 0;
        case ["idle", var port, var connections]:
            return IdleCommand.Run(port, connections);
        case ["table", var file]:
            return TableCommand.Run(file);
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
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
