// Echo servers to compare, a load generator for them, and the table of the results. See benchmarks/README.md.
using Net.Async.Load;

const string Usage = """
    Usage: Net.Async.Load serve PEER PORT [UNIX-PATH] [--report]
           Net.Async.Load relay (net-async | stream) PORT SERVER-PORT
           Net.Async.Load load MODE (--port N | --unix PATH) [--conns N] [--size N] [--depth N] [--secs N] [--warm N] [--rate N] [--disturbers N] [--pid PID]
                               pingpong and rate: [--get PATH]
                               tls-handshakes: [--stuck-handshakes N]
                               dials and attack: [--sources N] [--crowd N] [--slow-writers N] [--never-read N] [--stuck-upgrades N [--at-once N]]
           Net.Async.Load table FILE
    PEER is net-async, socket, stream, kestrel, net-async-stalls, kestrel-stalls, net-async-public, net-async-broadcast, net-async-tls, stream-tls or kestrel-tls; port 0 lets the system choose.
    MODE is pingpong, stream, churn, idle, rate, stalls, spins, flood, dials, attack, broadcast, tls-pingpong, tls-stream, tls-handshakes or tls-idle.
    """;

try
{
    switch (args)
    {
        case ["serve", .. var rest]:
            return await ServeCommand.RunAsync(rest);
        case ["relay", .. var rest]:
            return await RelayCommand.RunAsync(rest);
        case ["load", .. var rest]:
            return LoadCommand.Run(LoadOptions.Parse(rest));
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
catch (Exception exception) when (exception is LoadException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
