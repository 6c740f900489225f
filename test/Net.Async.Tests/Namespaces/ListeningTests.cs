using System.Globalization;
using System.Net;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests.Namespaces;

/// <summary>Listening where a family is missing, in a network namespace of the child's own.</summary>
public class ListeningTests : LeakCheck
{
    [NamespaceFact]
    public async Task ListenAny_IPv6IsTurnedOff_ServesIPv4()
    {
        await using var server = StartWithoutIPv6("[::]:0");
        var end = IPEndPoint.Parse((await server.Output.ReadLineAsync().Soon())!["ready ".Length..]);
        Assert.Equal("echo", await EchoThereAsync(server, end.Port));
    }

    [NamespaceFact]
    public async Task Listen_IPv6LoopbackIsTurnedOff_SaysThatTheAddressIsNotHere()
    {
        await using var server = StartWithoutIPv6("[::1]:0");
        Assert.Contains("[::1]:0: the address is not one of this machine's", await server.Output.ReadLineAsync().Soon(), StringComparison.Ordinal);
    }

    private static Child StartWithoutIPv6(string endPoint) => Child.Start("unshare", "--net", "bash", "-c",
        $"echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; ip link set lo up; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "Echo.dll")}' --listen '{endPoint}' 2>&1");

    private static async Task<string?> EchoThereAsync(Child server, int port)
    {
        await using var client = Child.Start("nsenter", "--net", "--target", server.Id.ToString(CultureInfo.InvariantCulture), "bash", "-c",
            $"exec 3<>/dev/tcp/127.0.0.1/{port}; echo echo >&3; head -n 1 <&3");
        return await client.Output.ReadLineAsync().Soon();
    }
}
