namespace Net.Async.Load;

/// <summary>Answers with what it gets.</summary>
public interface IEchoGrain : IGrainWithIntegerKey
{
    ValueTask<byte[]> EchoAsync(byte[] bytes);
}
