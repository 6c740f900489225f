using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>Messages made to be hard to read: each has the id and the question of <see cref="Query"/>, and lies somewhere.</summary>
internal static class MessageCorpus
{
    private const int Longest = ushort.MaxValue;

    public static QueryMessage Query { get; } = new(new Question("host.test", AddressFamily.InterNetwork), datagram: 1232);

    private static ReceivedQuery Received { get; } = new(Query.ToBytes(), OverTcp: false);

    private static Reply Start => new(Received);

    // Where the records start.
    private static int Records => 12 + Received.Question.Length;

    /// <summary>Good ones, to be changed at random.</summary>
    public static IReadOnlyList<byte[]> Good { get; } =
    [
        Start.Add("192.0.2.1").ToBytes(),
        Start.Alias("other.test").Add("192.0.2.1", owner: "other.test").Soa(60, 60).Opt(0, 22, "why").ToBytes(),
        Start.Code(3).Soa(60, 60).ToBytes(),
        Start.Truncated().Add("192.0.2.1").Add("192.0.2.2").ToBytes(),
        Start.Code(2).Opt(1, 0, "x").ToBytes(),
        Reply.Bare(Received, 5),
        Start.Add("2001:db8::1").Record(null, 16, 60, [3, 1, 2, 3]).Record("other.test", ReceivedQuery.A, 60, [192, 0, 2, 9]).ToBytes(),
    ];

    /// <summary>A thousand of them, with what each is.</summary>
    public static IEnumerable<(string What, byte[] Bytes)> Handmade() =>
        Headers().Concat(Counts()).Concat(Codes()).Concat(Lengths()).Concat(Labels()).Concat(Pointers()).Concat(Large()).Concat(Options());

    private static IEnumerable<(string What, byte[] Bytes)> Headers()
    {
        var whole = Good[1];
        for (var length = 0; length < whole.Length; length++)
            yield return ($"cut at {length}", whole[..length]);
        for (var bit = 0; bit < 16; bit++)
            yield return ($"flag {bit}", With(whole, 2, (ushort)(0x8180 ^ (1 << bit))));
        for (var octet = 0; octet < whole.Length; octet++)
            yield return ($"0xFF at {octet}", [.. whole[..octet], 0xFF, .. whole[(octet + 1)..]]);
        for (var octet = 0; octet < whole.Length; octet++)
            yield return ($"0xC0 at {octet}", [.. whole[..octet], 0xC0, .. whole[(octet + 1)..]]);
        for (var octet = 0; octet < whole.Length; octet++)
            yield return ($"0 at {octet}", [.. whole[..octet], 0, .. whole[(octet + 1)..]]);
    }

    private static IEnumerable<(string What, byte[] Bytes)> Counts() =>
        from field in new[] { 4, 6, 8, 10 }
        from count in new ushort[] { 0, 1, 2, 3, 4, 5, 255, 256, 0x7FFF, 0x8000, 0xFFFF }
        from message in Good
        select ($"count {count} at {field}", With(message, field, count));

    private static IEnumerable<(string What, byte[] Bytes)> Codes()
    {
        for (var code = 0; code < 16; code++)
        {
            yield return ($"bare code {code}", Reply.Bare(Received, code));
            yield return ($"bare code {code} with counts", Reply.Bare(Received, code, keepsCounts: true));
            yield return ($"code {code} without question", new Reply(Received) { QuestionCount = 0 }.Code(code).Opt((byte)code).ToBytes());
        }
    }

    // Data that is longer or shorter than its type.
    private static IEnumerable<(string What, byte[] Bytes)> Lengths() =>
        from type in new ushort[] { 1, 5, 6, 28, 41, 16, 0, 0xFFFF }
        from length in new[] { 0, 1, 2, 3, 4, 5, 15, 16, 17, 21, 22, 23 }
        select ($"type {type} of {length}", Start.Record(null, type, 60, new byte[length]).ToBytes());

    private static IEnumerable<(string What, byte[] Bytes)> Labels()
    {
        for (var length = 1; length < 256; length += 2)
            yield return ($"label of {length}", Start.Record(null, 5, 60, [(byte)length, .. new byte[Math.Min(length, 70)], 0]).ToBytes());
        for (var labels = 120; labels < 135; labels++)
            yield return ($"{labels} labels", Start.Record(null, 5, 60, [.. Enumerable.Repeat((byte[])[1, (byte)'a'], labels).SelectMany(static label => label), 0]).ToBytes());
    }

    private static IEnumerable<(string What, byte[] Bytes)> Pointers()
    {
        var data = Records + 12;
        for (var target = 0; target < data + 8; target++)
            yield return ($"pointer to {target}", Start.Record(null, 5, 60, Pointer(target)).Add("192.0.2.1").ToBytes());
        yield return ("pointers to each other", Start.Record(null, 5, 60, [.. Pointer(data + 2), .. Pointer(data)]).ToBytes());
        yield return ("pointer to itself behind a label", Start.Record(null, 5, 60, [1, (byte)'a', .. Pointer(data)]).ToBytes());
    }

    // 64 KiB each.
    private static IEnumerable<(string What, byte[] Bytes)> Large()
    {
        yield return ("a chain of pointers", Filled(Chain(), "chain"));
        yield return ("labels that double", Filled(Doubling(), "doubling"));
        yield return ("addresses of a long name", Repeated(static i => Start.Record(null, 1, 60, [10, 0, 0, 1]), 4000));
        yield return ("addresses of another name", Repeated(static i => Start.Record("other.test", 1, 60, [10, 0, 0, 1]), 2500));
        yield return ("aliases of the name", Repeated(static i => Start.Record(null, 5, 60, [0xC0, 12]), 4000));
        yield return ("aliases in one chain", Aliases());
        yield return ("SOA records", Authorities());
        yield return ("one record of all", Start.Record(null, 16, 60, new byte[65_000]).ToBytes());
        yield return ("a name of all", Start.Record(null, 5, 60, [.. Enumerable.Repeat((byte[])[1, (byte)'a'], 32_000).SelectMany(static label => label)]).ToBytes());
        yield return ("a counted nothing", [.. With(Start.ToBytes(), 6, 0xFFFF), .. new byte[65_000]]);
        yield return ("nothing but pointers", [.. With(Start.ToBytes(), 6, 0xFFFF), .. Enumerable.Repeat((byte)0xC0, 65_000)]);
        foreach (var step in Enumerable.Range(1, 40))
            yield return ($"owners {step} deep", Deep(step));
    }

    private static IEnumerable<(string What, byte[] Bytes)> Options()
    {
        foreach (var length in new[] { 0, 1, 2, 3, 100, 5_000, 60_000 })
            yield return ($"extended error of {length}", Start.Code(2).Opt(0, 1, new string('\u0001', length)).ToBytes());
        var whole = Start.Code(2).Opt(0, 1, "text").ToBytes();
        for (var at = whole.Length - 20; at < whole.Length; at++)
            yield return ($"option with 0xFF at {at}", [.. whole[..at], 0xFF, .. whole[(at + 1)..]]);
    }

    // Each pointer leads to the one before it.
    private static byte[] Chain()
    {
        var data = new List<byte>();
        var start = Records + 12;
        for (var at = start; at < 0x3FF0; at += 2)
            data.AddRange(Pointer(at == start ? 12 : at - 2));
        return [.. data];
    }

    private static byte[] Doubling()
    {
        var data = new List<byte> { 1, (byte)'a', 0 };
        var (start, last) = (Records + 12, Records + 12);
        while (start + data.Count < 0x3FF0)
        {
            var here = start + data.Count;
            data.AddRange([1, (byte)'a', 1, (byte)'a', .. Pointer(last)]);
            last = here;
        }

        return [.. data];
    }

    // Text first, and then records whose owners are the end of it.
    private static byte[] Filled(byte[] names, string what)
    {
        var end = Records + 12 + names.Length - 2;
        var reply = Start.Record(null, 16, 60, names);
        for (var i = 0; i < 3500; i++)
            reply.Raw([.. Pointer(end), 0, (byte)(what == "chain" ? 5 : 1), 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
        return reply.ToBytes();
    }

    private static byte[] Deep(int step)
    {
        var name = (byte[])[.. Enumerable.Repeat((byte[])[1, (byte)'a'], step * 3).SelectMany(static label => label), .. Pointer(12)];
        var reply = Start.Record(null, 5, 60, name);
        var target = Records + 12;
        while (reply.Length < Longest - 32)
            reply.Raw([.. Pointer(target), 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
        return reply.ToBytes();
    }

    private static byte[] Repeated(Func<int, Reply> make, int count)
    {
        var reply = make(0);
        var record = reply.ToBytes()[Records..];
        for (var i = 1; i < count && reply.Length + record.Length <= Longest; i++)
            reply.Raw(record);
        return reply.ToBytes();
    }

    private static byte[] Aliases()
    {
        var reply = Start.Alias("a0.test");
        for (var i = 0; reply.Length < Longest - 40; i++)
            reply.Alias($"a{i + 1}.test", owner: string.Create(CultureInfo.InvariantCulture, $"a{i}.test"));
        return reply.ToBytes();
    }

    private static byte[] Authorities()
    {
        var reply = Start;
        while (reply.Length < Longest - 80)
            reply.Soa(60, 60);
        return reply.ToBytes();
    }

    private static byte[] Pointer(int target) => [(byte)(0xC0 | (target >> 8)), (byte)target];

    private static byte[] With(byte[] message, int at, ushort value)
    {
        var changed = message.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(at), value);
        return changed;
    }
}
