using System.Net;

namespace Net.Async;

/// <summary>The seam to the kernel: makes listeners and connected streams. Everything above asks <see cref="Default"/> and knows no engine by name.</summary>
internal abstract class IoEngine
{
    public static IoEngine Default { get; } = new ManagedEngine();

    /// <summary>The engine's name, for diagnostics.</summary>
    public abstract string Name { get; }

    /// <summary>Binds at once, or throws <see cref="ConnectionException"/> with the address in it.</summary>
    public abstract IoListener Bind(EndPoint endPoint, IoSettings settings);

    /// <summary>Makes one attempt at one literal address; a failed or cancelled one leaves nothing open.</summary>
    public abstract ValueTask<IoStream> ConnectAsync(EndPoint endPoint, IoSettings settings, CancellationToken cancellationToken);
}
