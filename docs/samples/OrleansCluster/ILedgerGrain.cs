namespace OrleansCluster;

/// <summary>Records which calls have happened.</summary>
public interface ILedgerGrain : IGrainWithIntegerKey
{
    /// <summary>Records a call; one that is recorded already is not recorded again, so that a caller who got no answer may ask once more.</summary>
    Task RecordAsync(int number);

    /// <summary>How many different calls are recorded.</summary>
    Task<int> CountAsync();
}
