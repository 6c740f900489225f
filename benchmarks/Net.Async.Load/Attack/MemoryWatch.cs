namespace Net.Async.Load;

/// <summary>The server's resident memory in KiB: before, the most of it while it was watched, and once it had time to calm down. All 0 without a process.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private const int Interval = 50;
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(2);

    private readonly int? _processId;
    private readonly Timer _timer;
    private readonly Lock _lock = new();
    private bool _isOver;

    public MemoryWatch(int? processId)
    {
        _processId = processId;
        Before = Most = Now();
        _timer = new Timer(static watch => ((MemoryWatch)watch!).Look(), this, Interval, Interval);
    }

    public long Before { get; }

    public long Most { get; private set; }

    /// <summary>Waits two seconds first.</summary>
    public long AfterCalm()
    {
        if (_processId is not null)
            Thread.Sleep(s_calm);
        return Now();
    }

    /// <summary>What follows does not count as the most.</summary>
    public void IsOver()
    {
        lock (_lock)
            _isOver = true;
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        try
        {
            var now = Now();
            lock (_lock)
            {
                if (!_isOver)
                    Most = Math.Max(Most, now);
            }
        }
        catch (LoadException)
        {
            // The server has ended: the measurement notices it, and says so.
        }
    }

    private long Now() => _processId is { } id ? ProcessFigures.ResidentKilobytes(id) : 0;
}
