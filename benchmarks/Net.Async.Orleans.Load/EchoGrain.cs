namespace Net.Async.Load;

/// <summary>Answers with what it gets.</summary>
public sealed class EchoGrain : Grain, IEchoGrain
{
    public ValueTask<byte[]> EchoAsync(byte[] bytes) => new(bytes);
}
