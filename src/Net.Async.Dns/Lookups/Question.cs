using System.Net.Sockets;

namespace Net.Async;

/// <summary>A name and the family its addresses are wanted of, unspecified for both. The name is absolute, in lower case and without the final dot: one spelling for each.</summary>
internal readonly record struct Question(string Name, AddressFamily Family)
{
    /// <summary>The questions to send, in the order of getaddrinfo: A, then AAAA.</summary>
    public IReadOnlyList<Question> Parts => Family == AddressFamily.Unspecified
        ? [this with { Family = AddressFamily.InterNetwork }, this with { Family = AddressFamily.InterNetworkV6 }]
        : [this];
}
