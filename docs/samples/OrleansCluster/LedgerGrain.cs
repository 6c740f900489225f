namespace OrleansCluster;

/// <summary>A grain that keeps what it has recorded in a file, so that it outlasts the silo.</summary>
public sealed class LedgerGrain(LedgerFolder folder) : Grain, ILedgerGrain
{
    private LedgerFile? _file;

    private LedgerFile File => _file ?? throw new InvalidOperationException("The grain is not active.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _file = folder.Open(this.GetPrimaryKeyLong());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _file?.Dispose();
        return Task.CompletedTask;
    }

    public Task RecordAsync(int number)
    {
        File.Record(number);
        return Task.CompletedTask;
    }

    public Task<int> CountAsync() => Task.FromResult(File.Count);
}
