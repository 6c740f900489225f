// The network in two namespaces that connects are tested in (docs/testing-networks.md), as processes. Linux, as root.
//   up [Dual|V6Only|V4Only]   builds it and keeps it until the input ends; runs the scenarios it is given
// What it is made of, each until its own input ends:
//   wire CLIENT SERVICES      the wire between the namespaces of these names
//   names                     the name server, in the client's namespace
//   services                  the services, in the other one
//   client                    runs the one scenario it reads
// Apart from it, in a namespace of its own (unshare --net):
//   guard Dual|V6Only         tries to get past each kind of policy, and says what arrived where
//   resolv DIRECTORY          looks hosts up as the system and as Net.Async.Dns does (ResolvSpace)
using Net.Async.Namespaces;

switch (args)
{
    case ["up"]:
        return await UpCommand.RunAsync(Mode.Dual);
    case ["up", var text] when Enum.TryParse<Mode>(text, ignoreCase: true, out var mode):
        return await UpCommand.RunAsync(mode);
    case ["wire", var client, var services]:
        return WireCommand.Run(client, services);
    case ["names"]:
        return await NamesCommand.RunAsync();
    case ["services"]:
        return await ServicesCommand.RunAsync();
    case ["client"]:
        return await ClientCommand.RunAsync();
    case ["guard", var text] when Enum.TryParse<Mode>(text, ignoreCase: true, out var mode):
        return await GuardCommand.RunAsync(mode);
    case ["resolv", var directory]:
        return await ResolvCommand.RunAsync(directory);
    default:
        Console.Error.WriteLine("Usage: Net.Async.Namespaces up [Dual|V6Only|V4Only] | wire CLIENT SERVICES | names | services | client | guard Dual|V6Only | resolv DIRECTORY");
        return 2;
}
