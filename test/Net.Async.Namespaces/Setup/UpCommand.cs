using System.Text.Json;

namespace Net.Async.Namespaces;

/// <summary>The topology by hand: a line of input is a zone (an array of <see cref="ZoneEntry"/>) or a <see cref="Scenario"/>, which is played.</summary>
internal static class UpCommand
{
    public static async Task<int> RunAsync(Mode mode)
    {
        await using var topology = await Topology.BuildAsync();
        await topology.SetModeAsync(mode);
        await topology.SetZoneAsync([]);
        Console.WriteLine($"In the client's namespace: {topology.EnterClient} COMMAND");
        await Lines.ObeyAsync(line => ActAsync(topology, line));
        return 0;
    }

    private static async Task ActAsync(Topology topology, string line)
    {
        try
        {
            await PlayAsync(topology, line);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A slip of the hand does not take the topology down.
            Console.Error.WriteLine(exception.Message);
        }
    }

    private static async Task PlayAsync(Topology topology, string line)
    {
        if (line.StartsWith('['))
        {
            await topology.SetZoneAsync(Lines.Parse<IReadOnlyList<ZoneEntry>>(line));
            return;
        }

        var played = await topology.PlayAsync(Lines.Parse<Scenario>(line));
        foreach (var segment in played.Segments)
            Lines.Say(segment);
        Lines.Say(played.Result);
    }
}
