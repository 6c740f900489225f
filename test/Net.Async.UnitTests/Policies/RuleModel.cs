using System.Net;

namespace Net.Async.Tests.Policies;

/// <summary>A block list as a naive person would write it: a list of rules, asked one after the other.</summary>
internal sealed class RuleModel
{
    private static readonly UInt128 s_mapped = new(0, 0xffff_0000_0000);

    private readonly List<(UInt128 Start, UInt128 End, string Key)> _rules = [];

    public int Count => _rules.Count;

    public IEnumerable<UInt128> Boundaries => _rules.SelectMany(static rule => new[] { rule.Start, rule.End });

    public IEnumerable<string> Keys => _rules.Select(static rule => rule.Key);

    /// <summary>Every address as IPv6: IPv4 in its mapped form.</summary>
    public static UInt128 Wide(IPAddress address) =>
        address.GetAddressBytes() is { Length: 4 } bytes ? s_mapped | System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes) : System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes());

    public static IPAddress Narrow(UInt128 address)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        return IsMapped(address) ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    public static bool IsMapped(UInt128 address) => address >> 32 == 0xffff;

    public bool Add(string kind, UInt128 start, UInt128 end)
    {
        var key = $"{kind} {start:x}-{end:x}";
        if (_rules.Exists(rule => rule.Key == key))
            return false;
        _rules.Add((start, end, key));
        return true;
    }

    public bool Remove(string kind, UInt128 start, UInt128 end) => _rules.RemoveAll(rule => rule.Key == $"{kind} {start:x}-{end:x}") > 0;

    /// <summary>The rule that has held the address for the longest; null when none does.</summary>
    public string? Oldest(UInt128 address) => _rules.Find(rule => rule.Start <= address && address <= rule.End).Key;

    public bool Holds(UInt128 address) => _rules.Exists(rule => rule.Start <= address && address <= rule.End);
}
