namespace OrleansCluster;

/// <summary>Starts everything, kills a silo in the middle, and says what became of the calls.</summary>
internal static class Play
{
    private static readonly TimeSpan s_calls = TimeSpan.FromMinutes(3), s_stop = TimeSpan.FromSeconds(15);

    // A call that was given up is reported at the next look of Orleans at its time-outs, and on a busy machine that comes late.
    private static readonly TimeSpan s_looks = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var folder = Directory.CreateTempSubdirectory("orleans-cluster-");
        try
        {
            return await RunAsync(arguments, folder.FullName) ? 0 : 1;
        }
        catch (ClusterException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> RunAsync(Arguments arguments, string folder)
    {
        await using var silos = await SiloPair.StartAsync(arguments, folder);
        await using var client = ClusterProcess.Start("client", ["client", silos.Gateways, .. arguments.Options]);
        var half = arguments.Calls / 20 * 10;

        await client.ReadAsync($"progress {half}", s_calls);
        await silos.Second.KillAsync();
        Print("killed", $"the second silo, after {half} calls");

        var outcome = new Outcome();
        await client.ReadAsync("done", s_calls, outcome.Note);
        var (different, twice) = new LedgerFolder(folder).Count();
        Print("calls", $"{arguments.Calls}, {different} recorded, {twice} of them twice, {outcome.Counted} counted by the grains");
        Print("attempts failed", outcome.Failures);
        Print("longest attempt", $"{outcome.Longest.TotalSeconds:0.0} s of {ClientProgram.ResponseTimeout.TotalSeconds:0.0} s");
        Print("stopped", $"the client in {(await client.StopAsync(s_stop)).TotalSeconds:0.0} s, the first silo in {(await silos.First.StopAsync(s_stop)).TotalSeconds:0.0} s");
        return different == arguments.Calls && outcome.Counted == arguments.Calls && outcome.Longest < ClientProgram.ResponseTimeout + s_looks;
    }

    private static void Print(string what, string value) => Console.WriteLine($"{what,-16}{value}");
}
