using System.Globalization;

namespace Net.Async.Load;

/// <summary>Options of the command line: names, each with a value.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    public Arguments(string[] args, IReadOnlyCollection<string> known)
    {
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!known.Contains(args[i]))
                throw new UsageException($"'{args[i]}' is unknown.");
            if (i + 1 == args.Length)
                throw new UsageException($"{args[i]} needs a value.");
            if (!_values.TryAdd(args[i], args[i + 1]))
                throw new UsageException($"{args[i]} is there twice.");
        }
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Whole(string name, int missing, int least, int most) => (int)Number(name, missing, least, most, NumberStyles.None, "a whole number");

    public double Number(string name, double missing, double least, double most) => Number(name, missing, least, most, NumberStyles.AllowDecimalPoint, "a number");

    private double Number(string name, double missing, double least, double most, NumberStyles style, string kind)
    {
        if (!_values.TryGetValue(name, out var text))
            return missing;
        if (double.TryParse(text, style, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        throw new UsageException($"{name} is '{text}'; it is {kind} from {least} to {most}.");
    }
}
