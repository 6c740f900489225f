using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Tests.Proxying;

public class ProxyCodecTests
{
    public static TheoryData<int> GoodLines => [.. Enumerable.Range(0, ProxyHeaders.GoodLines.Count)];

    public static TheoryData<int> BadLines => [.. Enumerable.Range(0, ProxyHeaders.BadLines.Count)];

    public static TheoryData<int> Good => [.. Enumerable.Range(0, ProxyHeaders.Good.Count)];

    public static TheoryData<string> BadBinary => [.. ProxyHeaders.BadBinary().Select(static bad => bad.What)];

    [Theory, MemberData(nameof(GoodLines))]
    public void Read_LineOfVersion1_SaysWhatIsInIt(int row)
    {
        var (line, source, destination) = ProxyHeaders.GoodLines[row];
        var bytes = Encoding.ASCII.GetBytes(line + "\r\nrest");

        Assert.Equal(OperationStatus.Done, ProxyCodec.Read(bytes, out var header, out var length));

        Assert.Equal((line.Length + 2, ProxyProtocolVersions.V1, false), (length, header!.Version, header.IsLocal));
        Assert.Equal((source is null ? null : IPEndPoint.Parse(source), destination is null ? null : IPEndPoint.Parse(destination)), (header.Source as IPEndPoint, header.Destination as IPEndPoint));
        Assert.Empty(header.Tlvs);
    }

    [Theory, MemberData(nameof(BadLines))]
    public void Read_LineThatIsNone_IsInvalid(int row)
    {
        var bytes = Encoding.UTF8.GetBytes(ProxyHeaders.BadLines[row] + "\r\n");

        Assert.Equal(OperationStatus.InvalidData, ProxyCodec.Read(bytes, out var header, out var length));
        Assert.Equal((null, 0), (header, length));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1 2\n")]
    [InlineData("PROXY UNKNOWN\r\r\n")]
    [InlineData("PROXY UNKNOWN\r ")]
    [InlineData("PROXY UNKNOWN a\nb\r\n")]
    public void Read_LineWithAnotherEnd_IsInvalid(string line) =>
        Assert.Equal(OperationStatus.InvalidData, ProxyCodec.Read(Encoding.ASCII.GetBytes(line), out _, out _));

    [Fact]
    public void Read_LineWithoutAnEnd_IsInvalidAsSoonAsNoneCanFollow()
    {
        var bytes = Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 100));

        for (var count = 0; count < 106; count++)
            Assert.Equal(OperationStatus.NeedMoreData, ProxyCodec.Read(bytes.AsSpan(0, count), out _, out _));
        Assert.Equal(OperationStatus.InvalidData, ProxyCodec.Read(bytes.AsSpan(0, 106), out _, out _));
    }

    [Theory, MemberData(nameof(Good))]
    public void Read_HeaderOfVersion2_SaysWhatWasWritten(int row)
    {
        var written = ProxyHeaders.Good[row];
        var bytes = ProxyCodec.ToArray(written);

        Assert.Equal(OperationStatus.Done, ProxyCodec.Read([.. bytes, .. "rest"u8], out var header, out var length));

        Assert.Equal((bytes.Length, ProxyProtocolVersions.V2, written.IsLocal), (length, header!.Version, header.IsLocal));
        Assert.Equal((written.Source, written.Destination), (header.Source, header.Destination));
        Assert.Equal(written.Tlvs.Select(static tlv => tlv.Type), header.Tlvs.Select(static tlv => tlv.Type));
        Assert.Equal(bytes, ProxyCodec.ToArray(header));
    }

    [Fact]
    public void Read_EveryTlv_HasATypedAccessor()
    {
        Assert.Equal(OperationStatus.Done, ProxyCodec.Read(ProxyCodec.ToArray(ProxyHeaders.Good[7]), out var header, out _));

        Assert.Equal(("h2", "example.org", "blue", true), (header!.Alpn, header.Authority, header.NetworkNamespace, header.HasChecksum));
        Assert.Equal(128, header.UniqueId!.Value.Length);
        Assert.Equal("vpce-1", header.Find((ProxyTlvType)0xEA)!.Text);
        Assert.True(header.Find((ProxyTlvType)0xE0)!.Value.IsEmpty);
        var tls = header.Tls!;
        Assert.Equal((true, true, true, true, 0u), (tls.IsTls, tls.HasCertificateOnConnection, tls.HasCertificateInSession, tls.IsCertificateVerified, tls.VerifyResult));
        Assert.Equal(("TLSv1.3", "jane", "AES", "SHA256", "RSA2048"), (tls.Version, tls.CommonName, tls.Cipher, tls.SignatureAlgorithm, tls.KeyAlgorithm));
        Assert.Equal((null, null, null, null, null, false), (ProxyHeader.Unknown.Alpn, ProxyHeader.Unknown.Authority, ProxyHeader.Unknown.UniqueId, ProxyHeader.Unknown.NetworkNamespace, ProxyHeader.Unknown.Tls, ProxyHeader.Unknown.HasChecksum));
    }

    [Theory]
    [InlineData(0x01, 0u, false)]
    [InlineData(0x03, 0u, true)]
    [InlineData(0x05, 0u, true)]
    [InlineData(0x03, 10u, false)]
    [InlineData(0x00, 0u, false)]
    public void Tls_FlagsAndResult_TellWhetherACertificateIsVerified(int client, uint result, bool isVerified)
    {
        var header = new ProxyHeader(ProxyHeaders.Client, ProxyHeaders.Frontend) { Tlvs = [new(ProxyTlvType.Tls, (byte[])[(byte)client, 0, 0, 0, (byte)result])] };

        Assert.Equal((isVerified, (client & 1) != 0), (header.Tls!.IsCertificateVerified, header.Tls.IsTls));
        Assert.Null(header.Tls.CommonName);
    }

    [Theory, MemberData(nameof(BadBinary))]
    public void Read_HeaderOfVersion2ThatIsNone_IsInvalid(string what)
    {
        var bytes = ProxyHeaders.BadBinary().Single(bad => bad.What == what).Bytes;

        Assert.Equal(OperationStatus.InvalidData, ProxyCodec.Read(bytes, out var header, out var length));
        Assert.Equal((null, 0), (header, length));
    }

    [Fact]
    public void Read_Local_DiscardsWhatFollows()
    {
        foreach (var bytes in (byte[][])[ProxyHeaders.V2(0x20, 0x11, ProxyHeaders.V4Block()), ProxyHeaders.V2(0x20, 0xFF, [1, 2, 3]), ProxyHeaders.V2(0x20, 0, []), ProxyHeaders.V2(0x20, 0x11, ProxyHeaders.V4Block(0x03, 0, 4, 1, 2, 3, 4))])
        {
            Assert.Equal(OperationStatus.Done, ProxyCodec.Read(bytes, out var header, out var length));
            Assert.Equal((true, null, null, bytes.Length, 0), (header!.IsLocal, header.Source, header.Destination, length, header.Tlvs.Count));
        }
    }

    [Fact]
    public void Read_KnownChecksum_IsRight()
    {
        // By hand: CRC-32C of the 35 bytes with zeros in place of the checksum, computed bit by bit with the polynomial 0x82F63B78.
        var bytes = ProxyHeaders.V2(0x21, 0x11, ProxyHeaders.V4Block(0x03, 0, 4, 0, 0, 0, 0));
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(31), ~crc);

        Assert.Equal(OperationStatus.Done, ProxyCodec.Read(bytes, out var header, out _));
        Assert.True(header!.HasChecksum);
        Assert.Equal(bytes, ProxyCodec.ToArray(new ProxyHeader(ProxyHeaders.Client, ProxyHeaders.Frontend) { Tlvs = [ProxyTlv.Checksum] }));
    }

    [Fact]
    public void Read_ABitChangedUnderAChecksum_IsNeverTakenForTheSameHeader()
    {
        var bytes = ProxyCodec.ToArray(ProxyHeaders.Good[7]);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            // A changed command is LOCAL, which discards the checksum with all else; a longer length waits for more; a changed type of the checksum is no checksum.
            if (ProxyCodec.Read(changed, out var header, out _) == OperationStatus.Done)
                Assert.True(header!.IsLocal || !header.HasChecksum, $"bit {bit}");
        }
    }

    [Fact]
    public void Read_EveryPrefixOfEveryGoodHeader_NeedsMore()
    {
        byte[][] good = [.. ProxyHeaders.Good.Select(ProxyCodec.ToArray), .. ProxyHeaders.GoodLines.Select(static good => Encoding.ASCII.GetBytes(good.Line + "\r\n"))];
        foreach (var bytes in good)
        {
            for (var count = 0; count < bytes.Length; count++)
                Assert.Equal(OperationStatus.NeedMoreData, ProxyCodec.Read(bytes.AsSpan(0, count), out _, out _));
            Assert.Equal(OperationStatus.Done, ProxyCodec.Read(bytes, out _, out var length));
            Assert.Equal(bytes.Length, length);
        }
    }

    [Fact]
    public void Read_LongerThanAllowed_IsRefusedByItsLengthAlone()
    {
        var bytes = ProxyHeaders.V2(0x21, 0x11, [], length: 4081);

        Assert.Equal(OperationStatus.InvalidData, ProxyCodec.Read(bytes, out _, out _));
        Assert.Equal(OperationStatus.NeedMoreData, ProxyCodec.Read(bytes, out _, out _, new() { MaxHeaderBytes = 4097 }));
        Assert.Equal(OperationStatus.NeedMoreData, ProxyCodec.Read(ProxyHeaders.V2(0x21, 0x11, [], length: 4080), out _, out _));
    }

    [Theory]
    [InlineData(ProxyProtocolVersions.V1, true, false)]
    [InlineData(ProxyProtocolVersions.V2, false, true)]
    [InlineData(ProxyProtocolVersions.All, true, true)]
    public void Read_Versions_TakesThoseOnly(ProxyProtocolVersions versions, bool takesV1, bool takesV2)
    {
        var options = new ProxyProtocolOptions { Versions = versions };

        Assert.Equal(takesV1, ProxyCodec.Read("P"u8, out _, out _, options) == OperationStatus.NeedMoreData);
        Assert.Equal(takesV2, ProxyCodec.Read("\r"u8, out _, out _, options) == OperationStatus.NeedMoreData);
    }

    [Fact]
    public void Read_UnixSockets_HaveNoNameAbstractOnesOrPaths()
    {
        var block = new byte[216];
        "\0name"u8.CopyTo(block);
        Assert.Equal(OperationStatus.Done, ProxyCodec.Read(ProxyHeaders.V2(0x21, 0x31, block), out var header, out _));
        Assert.Equal(("unix:@name", 2), (NetEndPoint.Format(header!.Source!), header.Destination!.Serialize().Size));

        // What is behind the end of a path is none of it.
        "/run/a\0garbage"u8.CopyTo(block.AsSpan(108));
        Assert.Equal(OperationStatus.Done, ProxyCodec.Read(ProxyHeaders.V2(0x21, 0x31, block), out header, out _));
        Assert.Equal("unix:/run/a", NetEndPoint.Format(header!.Destination!));
    }

    [Fact]
    public void ToArray_MixedFamilies_AreIPv6()
    {
        var header = new ProxyHeader(IPEndPoint.Parse("192.0.2.1:1"), IPEndPoint.Parse("[2001:db8::1%3]:2"));

        Assert.Equal("PROXY TCP6 ::ffff:192.0.2.1 2001:db8::1 1 2\r\n", Encoding.ASCII.GetString(ProxyCodec.ToArray(header with { Version = ProxyProtocolVersions.V1 })));
        Assert.Equal(OperationStatus.Done, ProxyCodec.Read(ProxyCodec.ToArray(header), out var read, out _));
        Assert.Equal((IPEndPoint.Parse("[::ffff:192.0.2.1]:1"), IPEndPoint.Parse("[2001:db8::1]:2")), (read!.Source, read.Destination));
    }

    [Fact]
    public void ToArray_MappedAddresses_AreIPv4() => Assert.Equal("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", Encoding.ASCII.GetString(ProxyCodec.ToArray(
        new ProxyHeader(IPEndPoint.Parse("[::ffff:192.0.2.1]:1"), IPEndPoint.Parse("[::ffff:192.0.2.2]:2")) { Version = ProxyProtocolVersions.V1 })));

    [Fact]
    public void ToArray_WhatVersion1CannotSay_IsUnknown()
    {
        foreach (var header in (ProxyHeader[])[ProxyHeader.Local, ProxyHeader.Unknown, ProxyHeaders.Good[2]])
            Assert.Equal("PROXY UNKNOWN\r\n"u8.ToArray(), ProxyCodec.ToArray(header with { Version = ProxyProtocolVersions.V1 }));
        Assert.Throws<InvalidOperationException>(static () => ProxyCodec.ToArray(ProxyHeaders.Good[7] with { Version = ProxyProtocolVersions.V1 }));
    }

    [Fact]
    public void ToArray_TooMuch_IsAnErrorOfTheCaller()
    {
        var header = new ProxyHeader(ProxyHeaders.Client, ProxyHeaders.Frontend);

        Assert.Equal(65_551, ProxyCodec.ToArray(header with { Tlvs = [new((ProxyTlvType)0xE0, new byte[65_535 - 12 - 3])] }).Length);
        Assert.Throws<InvalidOperationException>(() => ProxyCodec.ToArray(header with { Tlvs = [new((ProxyTlvType)0xE0, new byte[65_535 - 12 - 2])] }));
        Assert.Throws<InvalidOperationException>(() => ProxyCodec.ToArray(header with { Tlvs = [ProxyTlv.Checksum, ProxyTlv.Checksum] }));
        Assert.Throws<InvalidOperationException>(() => ProxyCodec.ToArray(header with { Tlvs = [new(ProxyTlvType.Checksum, new byte[3])] }));
    }

    [Fact]
    public void Constructors_BadArguments_NameThem()
    {
        Assert.Equal("destination", Assert.Throws<ArgumentException>(static () => new ProxyHeader(ProxyHeaders.Client, new UnixDomainSocketEndPoint("/a"))).ParamName);
        Assert.Equal("destination", Assert.Throws<ArgumentException>(static () => new ProxyHeader(new DnsEndPoint("a", 1), new DnsEndPoint("b", 1))).ParamName);
        Assert.Equal("source", Assert.Throws<ArgumentNullException>(static () => new ProxyHeader(null!, ProxyHeaders.Client)).ParamName);
        Assert.Equal("type", Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyTlv((ProxyTlvType)256, "")).ParamName);
        Assert.Equal("value", Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyTlv(ProxyTlvType.Noop, new byte[65_533])).ParamName);
        Assert.Equal("Tlvs", Assert.Throws<ArgumentException>(static () => ProxyHeader.Unknown with { Tlvs = [null!] }).ParamName);
        Assert.Equal("Version", Assert.Throws<ArgumentOutOfRangeException>(static () => ProxyHeader.Unknown with { Version = ProxyProtocolVersions.All }).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyProtocolOptions { Versions = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyProtocolOptions { MaxHeaderBytes = 231 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyProtocolOptions { MaxHeaderBytes = 65_552 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyProtocolOptions { UntrustedSources = (ProxyUntrustedMode)2 });
    }
}
