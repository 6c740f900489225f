// Two silos and a client, each a process of its own. In the middle of the client's calls a silo is killed; the client continues, and every call has happened in the end.
//   dotnet run                     100,000 calls on the transport of Net.Async; prints what happened, exits 0 when nothing is missing
//   dotnet run -- --calls 20000    fewer
//   dotnet run -- --own-sockets    on Orleans' own sockets, to compare
//   dotnet run -- --log            with the warnings of Orleans on standard error
// What it starts: silo SILO-PORT GATEWAY-PORT PRIMARY-PORT FOLDER, and client GATEWAY-PORT,GATEWAY-PORT. They end when their input ends.
using OrleansCluster;

if (!Arguments.TryParse(args, out var arguments))
{
    Console.Error.WriteLine("Usage: OrleansCluster [--calls N] [--own-sockets] [--log]");
    return 2;
}

return arguments.Command switch
{
    ["silo", ..] => await SiloProgram.RunAsync(arguments),
    ["client", ..] => await ClientProgram.RunAsync(arguments),
    _ => await Play.RunAsync(arguments),
};
