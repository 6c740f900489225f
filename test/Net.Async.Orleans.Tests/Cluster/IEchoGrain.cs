namespace Net.Async.Tests;

public interface IEchoGrain : IGrainWithIntegerKey
{
    Task<byte[]> EchoAsync(byte[] bytes);

    /// <summary>Where the grain is.</summary>
    Task<string> SiloAsync();

    /// <summary>Asks another grain, wherever that is.</summary>
    Task<byte[]> EchoByAsync(int other, byte[] bytes);
}
