namespace Net.Async;

/// <summary>Holds an orderly end back until it is disposed, where <see cref="OutputPipe.TryHold"/> can: what several writes send is a whole.</summary>
internal readonly struct OutputHold(OutputPipe output) : IDisposable
{
    private readonly bool _isHeld = output.TryHold();

    public void Dispose()
    {
        if (_isHeld)
            output.Release();
    }
}
