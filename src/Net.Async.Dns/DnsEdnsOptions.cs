namespace Net.Async;

/// <summary>How a <see cref="DnsStubResolver"/> uses EDNS (RFC 6891): answers longer than 512 octets in a datagram, and explanations of errors (RFC 8914).</summary>
public sealed record DnsEdnsOptions
{
    /// <summary>Sends queries with EDNS. A server that refuses it is asked once more without.</summary>
    /// <value>Default: true.</value>
    public bool IsEnabled { get; set; } = true;

    /// <summary>How many octets a name server may put into a datagram: more than the default is often lost in fragments.</summary>
    /// <value>Default: 1232, of DNS Flag Day 2020; 512 to 4096.</value>
    public int DatagramSize { get; set => field = DnsBounds.Check(value, 512, 4096); } = 1232;

    /// <summary>How long a name server that has refused EDNS is asked without; then one query tries again. While one tries, the others go without.</summary>
    /// <value>Default: 10 min, of the order of unbound's <c>infra-host-ttl</c> (15 min); 1 s to 1 day.</value>
    public TimeSpan RefusalLifetime { get; set => field = DnsBounds.Check(value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "1 s to 1 day"); } = TimeSpan.FromMinutes(10);
}
