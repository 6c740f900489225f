using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Finds the addresses of hosts.</summary>
/// <remarks>Derive from it to look names up elsewhere. A failure is a <see cref="ConnectionException"/>.</remarks>
public abstract class Resolver
{
    /// <summary>The operating system's resolver (getaddrinfo): hosts file, name servers and whatever else it is set up to ask. It does not tell how long an answer may be kept.</summary>
    public static Resolver Default { get; } = new SystemResolver();

    /// <summary>Whether a family that this machine has no route for is looked up only when the other one has no address that answers (RFC 8305, 3; AI_ADDRCONFIG of getaddrinfo).</summary>
    /// <value>False; true for resolvers that ask the network for every family.</value>
    public virtual bool SkipsUnroutableFamilies => false;

    /// <summary>Looks a host up.</summary>
    /// <param name="query">The host, and the family of its addresses.</param>
    /// <param name="cancellationToken">Returns at once; the look-up itself may continue in the background.</param>
    /// <returns>The addresses, in the order to try them; none when the host has none in this family.</returns>
    /// <exception cref="ConnectionException">The name does not exist (<see cref="ConnectionError.HostNotFound"/>), or it could not be looked up (<see cref="ConnectionError.LookupFailed"/>, <see cref="ConnectionError.TimedOut"/>).</exception>
    public abstract ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default);

    /// <summary>Looks a host up, for its addresses alone.</summary>
    /// <param name="host">A name; address literals are never asked for.</param>
    /// <param name="family"><see cref="AddressFamily.InterNetwork"/>, <see cref="AddressFamily.InterNetworkV6"/>, or <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <param name="cancellationToken">Returns at once; the look-up itself may continue in the background.</param>
    /// <returns>The addresses, in the order to try them; none when the host has none in this family.</returns>
    /// <exception cref="ArgumentException">The host is empty, or the family is another.</exception>
    /// <exception cref="ConnectionException">The name does not exist (<see cref="ConnectionError.HostNotFound"/>), or it could not be looked up (<see cref="ConnectionError.LookupFailed"/>, <see cref="ConnectionError.TimedOut"/>).</exception>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default)
    {
        var result = await ResolveAsync(new ResolveQuery(host, family), cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"{GetType().Name} returned null instead of a result.");
        return [.. result.Addresses.Select(static resolved => resolved.Address)];
    }
}
