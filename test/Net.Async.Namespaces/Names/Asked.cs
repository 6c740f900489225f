using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>A question that came to the name server.</summary>
/// <param name="At">When (<see cref="Lines.Now"/>).</param>
/// <param name="Name">The name.</param>
/// <param name="Family">The family; unspecified for anything but addresses.</param>
/// <param name="OverTcp">How it came.</param>
public sealed record Asked(double At, string Name, AddressFamily Family, bool OverTcp);
