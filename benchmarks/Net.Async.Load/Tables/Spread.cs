using System.Globalization;

namespace Net.Async.Load;

/// <summary>What several rounds of one figure say.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    /// <summary>Null when no round has that figure.</summary>
    public static Spread? Of(IEnumerable<Sample> samples, string figure)
    {
        double[] values = [.. from sample in samples where sample.Figures.ContainsKey(figure) let value = sample.Figures[figure] orderby value select value];
        if (values is [])
            return null;
        var middle = values.Length / 2;
        var median = values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
        return new Spread(median, values[0], values[^1]);
    }

    public string MedianText => Text(Median);

    public string RangeText => $"{Text(Least)}..{Text(Most)}";

    // Thousands separated, since figures of four and of seven digits stand in one column.
    private static string Text(double value) => value.ToString(value < 100 ? "#,0.#" : "#,0", CultureInfo.InvariantCulture);
}
