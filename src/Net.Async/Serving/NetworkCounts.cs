using System.Buffers.Binary;
using System.Net;

namespace Net.Async;

/// <summary>The connections of each network of one prefix length, and the limit that all of them have.</summary>
internal sealed class NetworkCounts(int most, ConnectionLimitKind kind, int prefixLength)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, int> _counts = [];

    /// <summary>Null without a limit.</summary>
    public static NetworkCounts? Of(int? most, ConnectionLimitKind kind, int prefixLength) => most is { } limit ? new(limit, kind, prefixLength) : null;

    /// <summary>How many networks have a connection.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _counts.Count;
        }
    }

    /// <summary>The kind of the limit where it is reached; null when the connection was counted.</summary>
    public ConnectionLimitKind? TryTake(IPAddress address)
    {
        var network = NetworkOf(address);
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(network);
            if (count >= most)
                return kind;
            _counts[network] = count + 1;
            return null;
        }
    }

    public void Release(IPAddress address)
    {
        var network = NetworkOf(address);
        lock (_lock)
        {
            if (_counts.GetValueOrDefault(network) is > 1 and var count)
                _counts[network] = count - 1;
            else
                _counts.Remove(network);
        }
    }

    // The first 64 bits hold every prefix that is counted.
    private ulong NetworkOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (64 - prefixLength);
    }
}
