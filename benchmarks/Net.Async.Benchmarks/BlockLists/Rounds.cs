using System.Diagnostics;
using System.Globalization;

namespace Net.Async.Benchmarks;

/// <summary>Things that are timed in turn, round by round, so that a slow second of the machine hits all of them.</summary>
internal sealed class Rounds(int count)
{
    private const int WarmUps = 6;

    private static readonly TimeSpan s_tieringDelay = TimeSpan.FromMilliseconds(150);

    private readonly List<(Func<int> Pass, int Operations, double[] Times)> _timed = [];

    /// <summary>Adds a pass of many operations; its result keeps the compiler from leaving it out. Returns its place.</summary>
    public int Add(int operations, Func<int> pass)
    {
        _timed.Add((pass, operations, new double[count]));
        return _timed.Count - 1;
    }

    public void Run()
    {
        foreach (var (pass, _, _) in _timed)
        {
            // The compiler needs a pause to put the quick code in.
            for (var i = 0; i < WarmUps; i++)
            {
                pass();
                Thread.Sleep(s_tieringDelay);
            }
        }

        for (var round = 0; round < count; round++)
        {
            foreach (var (pass, operations, times) in _timed)
            {
                var start = Stopwatch.GetTimestamp();
                pass();
                times[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
            }
        }
    }

    /// <summary>Nanoseconds an operation.</summary>
    public string Time(int place) => Show(_timed[place].Times);

    public double Median(int place) => Median(_timed[place].Times);

    /// <summary>One time divided by another, round by round.</summary>
    public string Ratio(int place, int other) => Show([.. _timed[place].Times.Zip(_timed[other].Times, static (time, reference) => time / reference)]);

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Median, least and most.</summary>
    public static string Show(double[] values) => $"{Show(Median(values))} ({Show(values.Min())}..{Show(values.Max())})";

    public static string Show(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
