using System.Text.Json.Serialization;

namespace Net.Async.Namespaces;

/// <summary>A TCP segment that begins or ends a connection, as the wire saw it.</summary>
/// <param name="At">When (<see cref="Lines.Now"/>).</param>
/// <param name="FromClient">Which way it went.</param>
/// <param name="Source">The address it came from.</param>
/// <param name="SourcePort">And the port.</param>
/// <param name="Destination">The address it went to.</param>
/// <param name="DestinationPort">And the port.</param>
/// <param name="Flags">S, A, R and F, as far as they are set.</param>
/// <param name="Lost">It did not arrive.</param>
public sealed record Segment(double At, bool FromClient, string Source, int SourcePort, string Destination, int DestinationPort, string Flags, bool Lost)
{
    [JsonIgnore]
    public bool IsSyn => Flags == "S";
}
