namespace Net.Async;

/// <summary>How a client of a cluster connects. Every value is checked where it is set.</summary>
/// <remarks>The client copies the options when it is made: a later change has no effect on it. A copy made by <c>with</c> has children of its own.</remarks>
public sealed record OrleansClientOptions
{
    /// <summary>Sets the defaults.</summary>
    public OrleansClientOptions()
    {
    }

    private OrleansClientOptions(OrleansClientOptions other) => Outbound = other.Outbound;

    /// <summary>How the client connects to gateways, which addresses it may connect to, and what those connections start with.</summary>
    /// <value>Default: keep-alive as Orleans has it (90 s, 30 s, 10 probes); no limit of time beside Orleans' own <c>ConnectionOptions.OpenConnectionTimeout</c> (5 s) that is shorter. Never null. The value is copied when it is set.</value>
    /// <remarks><see cref="BufferOptions.MaxUnconsumedBytes"/> and <see cref="BufferOptions.MaxUnflushedBytes"/> are at least what messages of Orleans' own limits need.</remarks>
    public HappyEyeballsOptions Outbound { get; set => field = (value ?? throw new ArgumentNullException(nameof(Outbound))) with { }; } = OrleansDefaults.Outbound();
}
