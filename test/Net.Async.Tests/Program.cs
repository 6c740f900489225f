using Net.Async.Tests;
using Net.Async.Tests.Io.Reactor;
using Net.Async.Tests.Loopback;
using Net.Async.Tests.Namespaces;

// What tests start in a process of its own.
switch (args)
{
    case ["connect-short-of-descriptors", var endPoint]:
        await ConnectShortageTests.PlayAsync(endPoint);
        return 0;
    case ["stall-many-loops"]:
        await ManyLoopsTests.PlayAsync();
        return 0;
    case ["international-names", var invariant]:
        InternationalNamesModeTests.Play(invariant);
        return 0;
    case ["self-connect"]:
        await LocalPortsPlay.SelfConnectAsync();
        return 0;
    case ["ports-used-up"]:
        await LocalPortsPlay.UsedUpAsync();
        return 0;
    case ["no-ipv6"]:
        await LocalPortsPlay.NoIPv6Async();
        return 0;
    default:
        Console.Error.WriteLine("Run it with dotnet test.");
        return 2;
}
