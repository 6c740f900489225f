namespace Net.Async;

/// <summary>How a <see cref="DnsStubResolver"/> goes from one name server to another.</summary>
public sealed record DnsFailoverOptions
{
    /// <summary>How long after its start the first round through the servers is followed by the second at the earliest; each further wait is twice as long. A round of servers that were silent has waited already.</summary>
    /// <value>Default: 100 ms; 0 (at once) to 10 s.</value>
    public TimeSpan AttemptDelay { get; set => field = DnsBounds.Check(value, TimeSpan.Zero, TimeSpan.FromSeconds(10), "0 to 10 s"); } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after its last silence a name server that is down is tried again, by one query beside the others that no caller waits for. Until it answers, it is asked last.</summary>
    /// <value>Default: 5 s, as c-ares does; 100 ms to 1 h.</value>
    public TimeSpan ServerRetryDelay { get; set => field = DnsBounds.Check(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), "100 ms to 1 h"); } = TimeSpan.FromSeconds(5);
}
