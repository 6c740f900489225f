namespace Net.Async;

/// <summary>The names under which hosted servers can be watched.</summary>
public static class HostingDiagnosticNames
{
    /// <summary>The meter that the host's <see cref="System.Diagnostics.Metrics.IMeterFactory"/> makes.</summary>
    public const string Meter = "Net.Async.Hosting";

    /// <summary>What the category of a server's log messages begins with; the server's name follows.</summary>
    public const string ServerCategory = "Net.Async.Server.";

    /// <summary>What the category of a block list's log messages begins with; the list's name follows.</summary>
    public const string BlockListCategory = "Net.Async.BlockList.";
}
