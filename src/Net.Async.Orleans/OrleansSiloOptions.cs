namespace Net.Async;

/// <summary>How a silo listens and connects. Every value is checked where it is set.</summary>
/// <remarks>The silo copies the options when it is made: a later change has no effect on it. A copy made by <c>with</c> has children of its own.</remarks>
public sealed record OrleansSiloOptions
{
    /// <summary>Sets the defaults.</summary>
    public OrleansSiloOptions()
    {
    }

    private OrleansSiloOptions(OrleansSiloOptions other) =>
        (SiloListener, GatewayListener, Outbound) = (other.SiloListener, other.GatewayListener, other.Outbound);

    /// <summary>Who may connect to the silo's own port, other silos of the cluster, and what those connections start with.</summary>
    /// <value>Default: keep-alive as Orleans has it (90 s, 30 s, 10 probes), 10 s for the first byte, 240 bytes per second after 5 s for the rest of a message. Never null. The value is copied when it is set.</value>
    /// <remarks><see cref="BufferOptions.MaxUnconsumedBytes"/> and <see cref="BufferOptions.MaxUnflushedBytes"/> are at least what messages of Orleans' own limits need.</remarks>
    public ServerOptions SiloListener { get; set => field = (value ?? throw new ArgumentNullException(nameof(SiloListener))) with { }; } = OrleansDefaults.Listener();

    /// <summary>Who may connect to the gateway, clients of the cluster, and what those connections start with.</summary>
    /// <value>Default: as for <see cref="SiloListener"/>. Never null. The value is copied when it is set.</value>
    public ServerOptions GatewayListener { get; set => field = (value ?? throw new ArgumentNullException(nameof(GatewayListener))) with { }; } = OrleansDefaults.Listener();

    /// <summary>How the silo connects to other silos, which addresses it may connect to, and what those connections start with.</summary>
    /// <value>Default: keep-alive as Orleans has it; no limit of time beside Orleans' own <c>ConnectionOptions.OpenConnectionTimeout</c> (5 s) that is shorter. Never null. The value is copied when it is set.</value>
    public HappyEyeballsOptions Outbound { get; set => field = (value ?? throw new ArgumentNullException(nameof(Outbound))) with { }; } = OrleansDefaults.Outbound();
}
