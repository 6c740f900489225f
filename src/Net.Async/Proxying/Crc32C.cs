using System.Numerics;

namespace Net.Async;

/// <summary>The CRC of Castagnoli (RFC 9260, appendix A).</summary>
internal static class Crc32C
{
    public const uint Begin = uint.MaxValue;

    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return crc;
    }

    public static uint End(uint crc) => ~crc;
}
