using System.Globalization;
using System.Text;

namespace Net.Async.Load;

/// <summary>One line of figures: <c>name=value</c>, separated by spaces.</summary>
internal sealed class ResultLine
{
    private readonly StringBuilder _text = new();

    /// <summary>Starts with what was asked for.</summary>
    public ResultLine(LoadOptions options)
    {
        _text.Append(CultureInfo.InvariantCulture, $"mode={options.Mode} conns={options.Connections} size={options.Size} depth={options.Depth}");
        if (options.MessagesPerSecond > 0)
            Add("rate", options.MessagesPerSecond);
        if (options.Disturbers > 0)
            Add("disturbers", options.Disturbers);
    }

    public ResultLine Add(string name, double value, string format = "0")
    {
        _text.Append(' ').Append(name).Append('=').Append(value.ToString(format, CultureInfo.InvariantCulture));
        return this;
    }

    public ResultLine AddLatencies(Latencies latencies) => Add("p50us", latencies.Percentile(.5))
        .Add("p99us", latencies.Percentile(.99))
        .Add("p999us", latencies.Percentile(.999));

    /// <summary>Errors, the server's processor time, what it got done in a second of it, and its memory.</summary>
    /// <exception cref="LoadException">Nothing came back at all: then there is nothing to tell.</exception>
    public ResultLine AddServer(Measurement measurement, string unit, double done, int? processId)
    {
        if (done == 0)
            throw new LoadException($"Nothing came back while it counted; {measurement.Errors} errors.");
        var cpu = measurement.CpuSeconds;
        return Add("errs", measurement.Errors)
            .Add("cpu_s", cpu, "0.00")
            .Add($"{unit}/cpu_s", cpu > 0 ? done / cpu : 0, done >= 100_000 ? "0" : "0.0")
            .Add("rss_kb", processId is { } id ? ProcessFigures.ResidentKilobytes(id) : 0);
    }

    public override string ToString() => _text.ToString();
}
