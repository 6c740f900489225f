using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>What the name server answers for one family of one name. A name without an entry does not exist; a family without one has no data.</summary>
public sealed record ZoneEntry
{
    /// <summary>RFC 1035, 4.1.1.</summary>
    public const int ServerFailure = 2, NameError = 3, Refused = 5;

    public required string Name { get; init; }

    public AddressFamily Family { get; init; } = AddressFamily.InterNetwork;

    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Milliseconds until the answer.</summary>
    public int Delay { get; init; }

    /// <summary>There is no answer.</summary>
    public bool Unanswered { get; init; }

    /// <summary>A return code in place of addresses.</summary>
    public int Code { get; init; }

    /// <summary>Addresses of one family for a name.</summary>
    public static ZoneEntry Of(string name, params string[] addresses) => new()
    {
        Name = name,
        Family = IPAddress.Parse(addresses[0]).AddressFamily,
        Addresses = addresses,
    };
}
