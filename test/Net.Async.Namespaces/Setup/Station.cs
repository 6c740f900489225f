using System.Diagnostics;
using System.Threading.Channels;

namespace Net.Async.Namespaces;

/// <summary>A process of the topology that stays: it is told lines, answers each, and what else it says is kept until it is taken.</summary>
internal sealed class Station : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly Lock _lock = new();
    private readonly Task _reading;
    private List<string> _said = [];

    private Station(Process process)
    {
        _process = process;
        _process.StandardInput.AutoFlush = true;
        _reading = ReadAsync();
    }

    /// <summary>Starts it; it is ready when this returns.</summary>
    public static async Task<Station> StartAsync(ProcessStartInfo start)
    {
        var station = new Station(Programs.Start(start));
        try
        {
            await station.AnswerAsync();
            await Promptness.GiveAsync(station._process.Id);
            return station;
        }
        catch
        {
            await station.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells it a line; it has acted on it when this returns.</summary>
    public async Task TellAsync<T>(T value)
    {
        await _process.StandardInput.WriteLineAsync(Lines.Of(value));
        await AnswerAsync();
    }

    /// <summary>What it has said since the last time.</summary>
    public IReadOnlyList<T> Take<T>()
    {
        List<string> said;
        lock (_lock)
            (said, _said) = (_said, []);
        return [.. said.Select(Lines.Parse<T>)];
    }

    public async ValueTask DisposeAsync()
    {
        // Its input's end is its own.
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(s_limit);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        await _reading;
        _process.Dispose();
    }

    private async Task AnswerAsync() => await _answers.Reader.ReadAsync().AsTask().WaitAsync(s_limit);

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line is Lines.Ready or Lines.Done)
            {
                _answers.Writer.TryWrite(line);
                continue;
            }

            lock (_lock)
                _said.Add(line);
        }

        _answers.Writer.Complete(new InvalidOperationException($"A process of the topology has ended: {string.Join(' ', _process.StartInfo.ArgumentList)}"));
    }
}
