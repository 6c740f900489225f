using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Finds the addresses of one host in one family.</summary>
/// <remarks>Derive from it to look names up elsewhere. An answer without addresses is an empty list; a failure is a <see cref="ConnectionException"/>.</remarks>
public abstract class Resolver
{
    /// <summary>The operating system's resolver (getaddrinfo): hosts file, name servers and whatever else it is set up to ask.</summary>
    public static Resolver System { get; } = new SystemResolver();

    /// <summary>Whether a family that this machine has no route for need not be asked for (RFC 8305, 3): it is then looked up only when the other one has no address that answers.</summary>
    /// <value>False; true for resolvers that ask the network for every family.</value>
    public virtual bool FollowsConnectivity => false;

    /// <summary>Looks a host up.</summary>
    /// <param name="host">A name; address literals never come here.</param>
    /// <param name="family"><see cref="AddressFamily.InterNetwork"/>, <see cref="AddressFamily.InterNetworkV6"/>, or <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <param name="cancellationToken">Returns at once; the look-up itself may go on unseen.</param>
    /// <returns>The addresses, in the order to try them; empty when the host has none in this family.</returns>
    /// <exception cref="ConnectionException">The name does not exist (<see cref="ConnectionError.HostNotFound"/>), nobody answered in time, or nobody could tell.</exception>
    public abstract ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default);
}
