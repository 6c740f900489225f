using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The connectors behind <see cref="Connection.ConnectAsync(string, int, ConnectionOptions?, CancellationToken)"/>: one for the defaults, one for each options object in use.</summary>
internal static class DefaultConnectors
{
    private static readonly ConnectionOptions s_defaults = new();
    private static readonly HappyEyeballsConnector s_default = new();

    // A connector for each call would make its memory and its copy of the options anew.
    private static readonly ConditionalWeakTable<ConnectionOptions, Entry> s_byOptions = [];

    /// <summary>The connector for what the options say now: one that was changed since the last connect gets another.</summary>
    public static HappyEyeballsConnector Of(ConnectionOptions? options)
    {
        if (options is null || options == s_defaults)
            return s_default;
        if (s_byOptions.TryGetValue(options, out var known) && known.Options == options)
            return known.Connector;
        var entry = new Entry(options with { });
        s_byOptions.AddOrUpdate(options, entry);
        return entry.Connector;
    }

    /// <summary>A connector with the defaults and another time limit.</summary>
    public static HappyEyeballsConnector Within(TimeSpan timeout, string name) => new(new() { ConnectTimeout = TimeBounds.Check(timeout, name) });

    private sealed class Entry(ConnectionOptions options)
    {
        public ConnectionOptions Options => options;

        public HappyEyeballsConnector Connector { get; } = new(new() { Connection = options, TimeProvider = options.TimeProvider });
    }
}
