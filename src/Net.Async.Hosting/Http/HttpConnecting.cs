namespace Net.Async;

/// <summary>How one client of HttpClientFactory connects; its options, under its name.</summary>
internal sealed class HttpConnecting
{
    /// <summary>The name of the options for every client; no client has it.</summary>
    public const string OfEveryClient = "\0";

    /// <summary>Who connects.</summary>
    public Func<IServiceProvider, Connector>? Connector { get; set; }

    /// <summary>The guard's options, with the policy.</summary>
    public Func<IServiceProvider, HappyEyeballsOptions>? Guard { get; set; }
}
