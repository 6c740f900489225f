using Orleans.Runtime;

namespace Net.Async.Tests;

public sealed class EchoGrain(ILocalSiloDetails silo, IGrainFactory grains) : Grain, IEchoGrain
{
    public Task<byte[]> EchoAsync(byte[] bytes) => Task.FromResult(bytes);

    public Task<string> SiloAsync() => Task.FromResult(silo.SiloAddress.ToString());

    public Task<byte[]> EchoByAsync(int other, byte[] bytes) => grains.GetGrain<IEchoGrain>(other).EchoAsync(bytes);
}
