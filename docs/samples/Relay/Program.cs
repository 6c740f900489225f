// A TCP relay with policies: who may use it, and where it connects to.
//   dotnet run                                       relays between a client and a server of its own, and prints what the policies have let through
//   dotnet run -- LISTEN TARGET [NETWORK...]         stays up; LISTEN and TARGET as 8124, host:8124 or unix:/path; only clients of the networks are let in
using System.Runtime.InteropServices;
using Net.Async;
using Relay;

switch (args)
{
    case []:
        return await SelfTest.RunAsync();
    case [var listen, var target, .. var networks] when NetEndPoint.TryParse(listen, out var endPoint) && NetEndPoint.TryParse(target, out var to) && RelayServer.TryAllow(networks, out var clients):
        using (var stop = new CancellationTokenSource())
        using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => (signal.Cancel, _) = (true, stop.CancelAsync())))
        using (PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => (signal.Cancel, _) = (true, stop.CancelAsync())))
        {
            await using var relay = RelayServer.Start(endPoint, to, clients, ConnectionPolicy.AllowAll, stop.Token);
            Console.WriteLine($"ready {NetEndPoint.Format(relay.LocalEndPoint)}");
            await relay.RunAsync();
        }

        return 0;
    default:
        Console.Error.WriteLine("Usage: Relay [LISTEN TARGET [NETWORK...]]   where LISTEN and TARGET are 8124, host:8124 or unix:/path, and NETWORK is 192.0.2.0/24");
        return 2;
}
