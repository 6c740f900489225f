using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async.Tests.Contract;

/// <summary>How a client comes from the kernel to its handler.</summary>
public class HandoverTests : LeakCheck
{
    /// <summary>What waits below the policy, which is asked on the accepting stack, and below the handler.</summary>
    [LinuxFact]
    public async Task AsyncFrames_BetweenTheKernelAndTheHandler_AreFour()
    {
        var policy = new Watching();
        var ofHandlers = new ConcurrentQueue<string[]>();
        var engine = Net.Async.Tests.Io.Engines.Get("reactor");
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ServerOptions { Policy = policy, Connection = new ConnectionOptions { Engine = engine } });
        var serving = server.ServeAsync((connection, token) =>
        {
            ofHandlers.Enqueue(Frames());
            return ServerTests.Echo(connection, token);
        });
        // The first clients may come before the accept waits.
        for (var i = 0; i < 20; i++)
            await ServerTests.EchoOnceAsync(Transport.Get("tcp4/managed"), server, 10);

        Assert.All(ofHandlers, static frames => Assert.Equal(["HandlerRun.RunAsync"], frames));
        Assert.All(policy.Frames, static frames => Assert.InRange(frames.Length, 1, 3));
        Assert.Contains(["AcceptLoop.RunAsync", "AcceptLoop.AcceptAsync", "ReactorListener.AcceptAsync"], policy.Frames);
        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }

    [Theory, Transports(Untaken = true)]
    public async Task ServeAsync_OneHandlerMayRun_AcceptsOneClient(string name)
    {
        var transport = Transport.Get(name);
        var observer = new Serving.TestObserver();
        await using var server = transport.Listen(new ServerOptions { MaxHandlers = 1, Observer = observer });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync((_, _) => gate.Task);
        var clients = new List<Connection>();
        for (var i = 0; i < 3; i++)
            clients.Add(await transport.ConnectAsync(server));
        await Eventually.IsAsync(() => observer.Count("accepted") == 1, "no client was accepted");
        Assert.Equal(1, server.ConnectionCount);
        if (OperatingSystem.IsLinux() && Transport.KindOf(name) == "tcp4")
            Assert.Equal(2, WaitingInTheKernel(((IPEndPoint)server.LocalEndPoint).Port));
        gate.SetResult();
        await Eventually.IsAsync(() => observer.Count("accepted") == 3, "the others were not accepted");
        foreach (var client in clients)
            await client.DisposeAsync();
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Theory]
    [InlineData("tcp4/reactor")]
    [InlineData("tcp4/managed")]
    [InlineData("memory")]
    public async Task AcceptAsync_LimitOfOneAddress_TurnsTheThirdAwayWithAFarewell(string name)
    {
        var transport = Transport.Get(name);
        var observer = new Serving.TestObserver();
        var limits = new ServerLimits { ConnectionsPerIPv4Address = 2, Farewell = static limit => System.Text.Encoding.ASCII.GetBytes($"{limit}\r\n") };
        await using var server = transport.Listen(new ServerOptions { Limits = limits, Observer = observer });
        var serving = server.ServeAsync(ServerTests.Echo);
        var served = new List<Connection> { await transport.ConnectAsync(server), await transport.ConnectAsync(server) };
        await Eventually.IsAsync(() => server.ConnectionCount == 2, "two are not served");
        await using (var third = await transport.ConnectAsync(server))
            Assert.Equal("ConnectionsPerAddress\r\n"u8.ToArray(), await third.Input.ReadToEndAsync());
        Assert.Equal(ConnectionLimitKind.ConnectionsPerAddress, observer.Only<DroppedConnection>("dropped").Limit);
        await served[0].CloseAsync().Soon();
        // Reported once the places are given back.
        await Eventually.IsAsync(() => observer.Count("closed") == 1, "the place was not given back");
        await ServerTests.EchoOnceAsync(transport, server, 10);
        await served[1].CloseAsync().Soon();
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    // Of a listening socket the queue of /proc/net/tcp is the clients that wait for accept(2).
    private static int WaitingInTheKernel(int port) => (from line in File.ReadLines("/proc/net/tcp").Skip(1)
                                                        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                                                        where fields[3] == "0A" && fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal)
                                                        select Convert.ToInt32(fields[4].Split(':')[1], 16)).Single();

    private static string[] Frames() => [.. new StackTrace().GetFrames().Select(static frame => frame.GetMethod()).Where(static method => method is { Name: "MoveNext", DeclaringType: not null }
        && method.DeclaringType.IsAssignableTo(typeof(IAsyncStateMachine)) && method.DeclaringType.Assembly == typeof(Server).Assembly)
        .Select(static method => $"{method!.DeclaringType!.DeclaringType!.Name}.{method.DeclaringType.Name.Split('<', '>')[1]}")];

    private sealed class Watching : ConnectionPolicy
    {
        public ConcurrentQueue<string[]> Frames { get; } = new();

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
        {
            Frames.Enqueue(HandoverTests.Frames());
            return PolicyDecision.Allow();
        }
    }
}
