namespace Net.Async.Namespaces;

/// <summary>What the client is to do.</summary>
public enum ScenarioAction
{
    /// <summary>Connect with the connector.</summary>
    Connect,

    /// <summary>Connect with the connector, TLS being part of it.</summary>
    Tls,

    /// <summary>GET with an HttpClient that uses the connector.</summary>
    Http,

    /// <summary>GET with an HttpClient as it comes.</summary>
    HttpWithoutConnector,
}

/// <summary>One thing to try in the client's namespace.</summary>
public sealed record Scenario
{
    /// <summary>A name that resets once and then answers: what is done first, unjudged, so that nothing is compiled while it counts.</summary>
    public const string WarmUpHost = "warm.test";

    public required string Host { get; init; }

    public int Port { get; init; } = ServicePort.Echo;

    public ScenarioAction Action { get; init; }

    public RaceOptions Options { get; init; } = new();

    /// <summary>After how many milliseconds the caller cancels; null for never.</summary>
    public int? CancelAfter { get; init; }

    /// <summary>How many times, one after the other.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>How many milliseconds after the return what is on the wire still counts.</summary>
    public int Watch { get; init; } = 400;

    /// <summary>How many cores the runtime is told to use, and starts threads for without hesitating; null for the machine's.</summary>
    public int? Cores { get; init; }

    /// <summary>The same for warming up.</summary>
    public Scenario ToWarmUp() => this with { Host = WarmUpHost, Options = new(), CancelAfter = null, Repeat = 1, Watch = 0 };
}
