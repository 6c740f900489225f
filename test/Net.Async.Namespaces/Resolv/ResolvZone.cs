using System.Buffers.Binary;

namespace Net.Async.Namespaces;

/// <summary>The names that the servers of <see cref="ResolvServers"/> know. All others do not exist.</summary>
internal static class ResolvZone
{
    private static readonly Dictionary<string, string[]> s_names = new()
    {
        ["svc.ns.svc.cluster.local"] = ["10.0.0.1"],
        ["web.other.svc.cluster.local"] = ["10.0.0.2", "2001:db8::2"],
        ["host.test"] = ["10.0.0.3", "2001:db8::3"],
        ["host.a.test"] = ["10.0.0.4"],
        ["host.b.test"] = ["2001:db8::5"],
        ["only.b.test"] = ["10.0.0.6", "2001:db8::6"],
        ["none.a.test"] = [],
        ["none.b.test"] = ["10.0.0.7"],
        ["single"] = ["10.0.0.8"],
        ["host.c.test"] = ["10.0.0.9"],
        ["broken.b.test"] = ["10.0.0.10"],
        ["broken.test"] = [],
    };

    /// <summary>The code for a question; <c>broken.a.test</c> has SERVFAIL.</summary>
    public static int? Codes(Question question) =>
        question.Name == "broken.a.test" ? ZoneEntry.ServerFailure : s_names.ContainsKey(question.Name) ? 0 : ZoneEntry.NameError;

    public static ZoneEntry Find(Question question) => new()
    {
        Name = question.Name,
        Family = question.Family,
        Addresses = [.. s_names.GetValueOrDefault(question.Name, []).Where(address => System.Net.IPAddress.Parse(address).AddressFamily == question.Family)],
    };

    /// <summary>No record, and the bit that says that there are some.</summary>
    public static byte[] Truncated(Question question)
    {
        var answer = Zone.Answer(question, Find(question) with { Addresses = [] }, ushort.MaxValue);
        answer[2] |= 0x02;
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(6), 0);
        return answer;
    }
}
