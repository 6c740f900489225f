namespace Net.Async;

/// <summary>What <see cref="ProxyProtocol"/> takes from proxies. Every value is checked where it is set.</summary>
public sealed record ProxyProtocolOptions
{
    internal const int MostBytes = 16 + ushort.MaxValue;

    private const int LeastBytes = 16 + 216;

    /// <summary>Which versions of the header are taken; another one fails the upgrade.</summary>
    /// <value>Default: <see cref="ProxyProtocolVersions.All"/>; one version at least.</value>
    public ProxyProtocolVersions Versions
    {
        get;
        set => field = value is > ProxyProtocolVersions.None and <= ProxyProtocolVersions.All
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Versions), value, $"{nameof(Versions)} must be V1, V2 or both.");
    } = ProxyProtocolVersions.All;

    /// <summary>How long a header of version 2 may be, in bytes, its TLVs included. A longer one is refused as soon as it says so. One of version 1 has at most 107 bytes in any case.</summary>
    /// <value>Default: 4096; 232, which holds the longest addresses, to 65,551, the longest header that there is.</value>
    public int MaxHeaderBytes
    {
        get;
        set => field = value is >= LeastBytes and <= MostBytes
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxHeaderBytes), value, $"{nameof(MaxHeaderBytes)} must be {LeastBytes} to {MostBytes}.");
    } = 4096;

    /// <summary>What happens to a client that is no trusted proxy.</summary>
    /// <value>Default: <see cref="ProxyUntrustedMode.Refuse"/>: a client that reaches the server past its proxy gets nowhere.</value>
    public ProxyUntrustedMode UntrustedSources
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(UntrustedSources), value, $"{nameof(UntrustedSources)} must be Refuse or ServeWithoutHeader.");
    }
}
