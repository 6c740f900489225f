using System.Globalization;

namespace Net.Async.HostLoad;

/// <summary>What several rounds of one figure say.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return new Spread(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    public string Text(string format) => string.Create(CultureInfo.InvariantCulture, $"{Number(Median, format)} ({Number(Least, format)}..{Number(Most, format)})");

    /// <summary>Thousands separated; a decimal where the figure is small.</summary>
    public string Text() => Text(Median < 100 ? "#,0.0" : "#,0");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
