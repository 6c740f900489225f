using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Policies;

/// <summary>Every way to ask: one answer, and not a byte allocated.</summary>
public class BlockListCheckTests
{
    private static readonly string[] s_addresses = ["10.1.2.3", "192.0.2.1", "2001:db8::1", "fe80::1%7", "::ffff:10.1.2.3", "::ffff:c000:201", "2001:db9::"];

    [Fact]
    public void Check_EveryForm_GivesOneAnswer()
    {
        var list = Filled(many: false);
        foreach (var text in s_addresses)
        {
            var address = IPAddress.Parse(text);
            var bytes = address.GetAddressBytes();
            var expected = text.Contains("10.1", StringComparison.Ordinal) || text.Contains("db8", StringComparison.Ordinal) || text.StartsWith("fe80", StringComparison.Ordinal);
            var isContained = new bool[1];
            list.ContainsMany([address], isContained);

            Assert.Equal(
                [expected, expected, expected, expected, expected, expected, expected, true, expected],
                [
                    list.Contains(address), list.Contains(new IPEndPoint(address, 80)), list.Contains(bytes), list.Contains(new IPEndPoint(address, 80).Serialize()), list.Contains(text), list.Contains(text.AsSpan()),
                    isContained[0], list.TryContains(text, out var isContainedAsText), isContainedAsText,
                ]);
            if (bytes.Length == 4)
                Assert.Equal(expected, list.Contains(AddressBits.IPv4Of(address)));
            else
                Assert.Equal(expected, list.Contains(AddressBits.IPv6Of(address)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Check_EveryForm_AllocatesNothing(bool many)
    {
        var list = Filled(many);
        foreach (var text in s_addresses)
        {
            var address = IPAddress.Parse(text);
            var (endPoint, bytes, serialized) = (new IPEndPoint(address, 80), address.GetAddressBytes(), new IPEndPoint(address, 80).Serialize());
            var candidate = new ConnectionCandidate(new IPEndPoint(IPAddress.Parse("192.0.2.200"), 1), ConnectionDirection.Inbound);
            IPAddress[] addresses = [address, address];
            uint[] numbers = [1, 2, 0x0a010203];
            var isContained = new bool[3];
            var checks = () =>
            {
                list.Contains(address);
                list.Contains(endPoint);
                list.Contains(bytes);
                list.Contains(0x0a010203u);
                list.Contains(UInt128.One);
                list.Contains(serialized);
                list.Contains(text);
                list.Contains(text.AsSpan());
                list.TryContains("no address", out _);
                list.ContainsMany(numbers, isContained);
                list.ContainsMany(addresses, isContained);
                list.Evaluate(candidate);
            };
            checks();

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                checks();

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void CheckMany_Numbers_AreAnsweredInTheirOrder()
    {
        var list = Filled(many: true);
        var addresses = Enumerable.Range(0, 1000).Select(static i => (uint)i * 0x00400000).ToArray();
        var isContained = new bool[1001];
        isContained[1000] = true;

        list.ContainsMany(addresses, isContained);

        Assert.Equal(addresses.Select(list.Contains).Append(true), isContained);
    }

    [Fact]
    public void Check_CutOffSocketAddress_IsAnArgumentError()
    {
        var list = Filled(many: false);

        Assert.Throws<ArgumentException>(() => list.Contains(new SocketAddress(AddressFamily.InterNetworkV6, 16)));
        Assert.False(list.Contains(new SocketAddress(AddressFamily.Unix, 64)));
    }

    // With a delta, a table and a tree; or with short lists only.
    private static BlockList Filled(bool many)
    {
        var list = new BlockList();
        if (many)
        {
            list.AddAddresses(Enumerable.Range(0, 5000).Select(static i => 0xc1000000u + ((uint)i * 977)).ToArray());
            list.AddAddresses(Enumerable.Range(0, 5000).Select(static i => RuleModel.Narrow(new UInt128(0x3000_0000_0000_0000 + ((ulong)i * 977), 5))));
        }

        list.AddCidr("10.0.0.0/8");
        list.AddCidr("2001:db8::/32");
        list.AddAddress("fe80::1");
        return list;
    }
}
