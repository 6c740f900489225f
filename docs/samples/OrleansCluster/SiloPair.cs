using System.Globalization;

namespace OrleansCluster;

/// <summary>Two silos of one cluster. The first one has the table of members, so that it is the second that may be killed.</summary>
internal sealed class SiloPair : IAsyncDisposable
{
    private const int Attempts = 3;

    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(60);

    private SiloPair(ClusterProcess first, ClusterProcess second, string gateways) => (First, Second, Gateways) = (first, second, gateways);

    public ClusterProcess First { get; }

    public ClusterProcess Second { get; }

    /// <summary>The ports for clients, separated by a comma.</summary>
    public string Gateways { get; }

    /// <summary>Starts both. Another process may take a port between the choice and the listen: then it tries others.</summary>
    public static async Task<SiloPair> StartAsync(Arguments arguments, string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            var ports = FreePorts.Take(4);
            var first = Start("first silo", ports[0], ports[1], ports[0], folder, arguments);
            ClusterProcess? second = null;
            try
            {
                await first.ReadAsync("ready", s_start);
                second = Start("second silo", ports[2], ports[3], ports[0], folder, arguments);
                await second.ReadAsync("ready", s_start);
                return new SiloPair(first, second, $"{ports[1]},{ports[3]}");
            }
            catch (ClusterException)
            {
                await first.DisposeAsync();
                if (second is not null)
                    await second.DisposeAsync();
                if (attempt == Attempts)
                    throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
    }

    private static ClusterProcess Start(string name, int port, int gateway, int primary, string folder, Arguments arguments) =>
        ClusterProcess.Start(name, ["silo", .. new[] { port, gateway, primary }.Select(static number => number.ToString(CultureInfo.InvariantCulture)), folder, .. arguments.Options]);
}
