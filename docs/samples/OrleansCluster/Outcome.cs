using System.Globalization;

namespace OrleansCluster;

/// <summary>What the client says at its end.</summary>
internal sealed class Outcome
{
    private readonly List<string> _failures = [];

    public int Counted { get; private set; }

    public TimeSpan Longest { get; private set; }

    public string Failures => _failures is [] ? "none" : string.Join(", ", _failures);

    public void Note(string line)
    {
        switch (line.Split(' '))
        {
            case ["counted", var count]:
                Counted = int.Parse(count, CultureInfo.InvariantCulture);
                break;
            case ["failed", var exception, var times]:
                _failures.Add($"{times} {exception}");
                break;
            case ["longest", var milliseconds]:
                Longest = TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture));
                break;
        }
    }
}
