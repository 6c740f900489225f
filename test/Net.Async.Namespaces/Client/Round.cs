using System.Text.Json.Serialization;

namespace Net.Async.Namespaces;

/// <summary>What came of one try.</summary>
public sealed record Round
{
    /// <summary>When the call was made, and when it had returned (<see cref="Lines.Now"/>).</summary>
    public double Started { get; init; }

    public double Ended { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    [JsonIgnore]
    public double Elapsed => Ended - Started;

    /// <summary>What the service said on the connection: <c>OK</c> and the address. Null when nothing was connected, or it is a service that says nothing.</summary>
    public string? Greeting { get; init; }

    /// <summary>What the connection, or the error, lists.</summary>
    public IReadOnlyList<RoundAttempt> Attempts { get; init; } = [];

    /// <summary>The same as a picture.</summary>
    public string Timeline { get; init; } = "";

    /// <summary>The error's type; null when there was none.</summary>
    public string? Error { get; init; }

    public ConnectionError? ConnectionError { get; init; }

    public string? Message { get; init; }

    /// <summary>The TCP sockets of the whole namespace right after the return.</summary>
    public IReadOnlyList<SocketRow> Sockets { get; init; } = [];

    /// <summary>And once the connection has been closed.</summary>
    public IReadOnlyList<SocketRow> SocketsAtEnd { get; init; } = [];
}

/// <summary>One attempt as the connector tells of it.</summary>
public sealed record RoundAttempt(string EndPoint, double Started, double Duration, string? Error);

/// <summary>All tries of a scenario, and how many descriptors of this process were sockets before and after them.</summary>
public sealed record ScenarioResult(IReadOnlyList<Round> Rounds, int DescriptorsBefore, int DescriptorsAfter);
