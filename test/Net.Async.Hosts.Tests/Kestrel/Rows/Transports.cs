using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Net.Async.Tests.Kestrel;

/// <summary>The transports that Kestrel runs on here, by name. The first is its own: the control that every other one is compared with.</summary>
internal static class Transports
{
    public const string Control = "kestrel";

    private static readonly Dictionary<string, IoEngine> s_ours = Make();

    public static IReadOnlyList<string> Names { get; } = [Control, .. s_ours.Keys];

    public static void Use(string name, WebApplicationBuilder builder)
    {
        // Kestrel's own is what a builder has.
        if (name != Control)
            builder.WebHost.UseNetAsync(options => options.Server.Connection = new ConnectionOptions { Engine = s_ours[name] });
    }

    private static Dictionary<string, IoEngine> Make()
    {
        var ours = new Dictionary<string, IoEngine> { ["netasync/managed"] = new ManagedEngine() };
        if (ReactorProbe.Obstacle() is null)
            ours["netasync/reactor"] = new ReactorEngine();
        return ours;
    }
}
