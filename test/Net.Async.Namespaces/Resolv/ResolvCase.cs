namespace Net.Async.Namespaces;

/// <summary>A machine's configuration and a host: what the system's resolver and ours ask for it is compared.</summary>
public sealed record ResolvCase
{
    /// <summary>The text of <c>/etc/resolv.conf</c>.</summary>
    public required string Conf { get; init; }

    /// <summary>What is looked up.</summary>
    public required string Host { get; init; }

    /// <summary>The text of <c>/etc/hosts</c>.</summary>
    public string Hosts { get; init; } = "127.0.0.1 localhost\n";

    /// <summary>The text of <c>/etc/nsswitch.conf</c>.</summary>
    public string Switch { get; init; } = "hosts: files dns\n";

    /// <summary>The machine's own name.</summary>
    public string Machine { get; init; } = "machine";

    /// <summary>LOCALDOMAIN; null when it is not set.</summary>
    public string? LocalDomain { get; init; }

    /// <summary>RES_OPTIONS; null when it is not set.</summary>
    public string? Options { get; init; }

    /// <summary>The queries of the two families may overtake each other: each is asked again over a connection of its own.</summary>
    public bool AnyOrder { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="System">With <c>getent ahosts</c>.</param>
/// <param name="Ours">With a new resolver.</param>
public sealed record ResolvResult(Resolved System, Resolved Ours);

/// <summary>What one of the two did.</summary>
/// <param name="Queries">In the order in which the servers received them: server, name, type, and "tcp" over TCP.</param>
/// <param name="Addresses">Each once, in the order of their text; empty for none.</param>
/// <param name="Error">The error's text; null for none.</param>
public sealed record Resolved(IReadOnlyList<string> Queries, IReadOnlyList<string> Addresses, string? Error)
{
    /// <summary>The failure may pass: EAI_AGAIN.</summary>
    public bool IsTransient { get; init; }

    /// <summary>From the call to the end, in milliseconds.</summary>
    public double Took { get; init; }
}
