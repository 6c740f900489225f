namespace Net.Async;

/// <summary>Moving bytes to another connection in the kernel, past both pipes.</summary>
internal sealed partial class StreamConnection
{
    /// <summary>Whether the kernel can move what this one receives to the other one.</summary>
    public bool CanPipeTo(StreamConnection other) => !_lifetime.Options.Buffers.ReadAhead && PipedBytes.IsPossible(_lifetime.Stream, other._lifetime.Stream);

    /// <summary>Whether bytes were received that no read has consumed.</summary>
    public bool HoldsBytes => _input.HoldsBytes;

    private protected override ValueTask SendByKernelAsync(FilePart part, CancellationToken cancellationToken) =>
        _lifetime.Stream is IFileStream stream && part is { HasLength: true, IsOver: false } ? new FileSend(_output.Call, stream, part).RunAsync(cancellationToken) : default;

    public ValueTask<int> ReceiveAsync(PipedBytes bytes) => new DirectReceive(_input.Call).ReceiveAsync(bytes);

    public ValueTask<bool> SendAsync(PipedBytes bytes) => new PipedSend(_output.Call).SendAsync(bytes);
}
