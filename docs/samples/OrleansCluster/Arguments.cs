using System.Globalization;

namespace OrleansCluster;

/// <summary>What the command line says.</summary>
internal sealed record Arguments
{
    /// <summary>silo or client with their ports, or nothing.</summary>
    public string[] Command { get; private init; } = [];

    public int Calls { get; private init; } = 100_000;

    public bool OwnSockets { get; private init; }

    public bool Log { get; private init; }

    /// <summary>The options, for a process that this one starts.</summary>
    public IEnumerable<string> Options =>
    [
        "--calls", Calls.ToString(CultureInfo.InvariantCulture), .. OwnSockets ? ["--own-sockets"] : (string[])[], .. Log ? ["--log"] : (string[])[],
    ];

    public static bool TryParse(string[] args, out Arguments arguments)
    {
        arguments = new Arguments();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--calls" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var calls) && calls is >= 1000 and <= 10_000_000:
                    arguments = arguments with { Calls = calls };
                    i++;
                    break;
                case "--own-sockets":
                    arguments = arguments with { OwnSockets = true };
                    break;
                case "--log":
                    arguments = arguments with { Log = true };
                    break;
                case "silo" when i == 0 && args.Length >= 5:
                    arguments = arguments with { Command = args[..5] };
                    i = 4;
                    break;
                case "client" when i == 0 && args.Length >= 2:
                    arguments = arguments with { Command = args[..2] };
                    i = 1;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>A port of the command.</summary>
    public static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
