namespace Net.Async.Tests.Kestrel;

/// <summary>How much more memory was in use at any time than at the start: looked at while the bytes move.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
    private readonly Timer _timer;
    private long _most;

    public MemoryWatch() => _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));

    public long Growth
    {
        get
        {
            Look();
            return Math.Max(0, Volatile.Read(ref _most) - _before);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look() => _most = Math.Max(_most, GC.GetTotalMemory(forceFullCollection: false));
}
