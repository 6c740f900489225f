using System.Collections.Concurrent;

namespace Net.Async.Tests.Kestrel;

/// <summary>One app for each transport, for all rows that leave their server as it is.</summary>
internal static class SharedApps
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<KestrelApp>>> s_apps = [];

    public static Task<KestrelApp> GetAsync(string transport) => s_apps.GetOrAdd(transport, static name => new(() => KestrelApp.StartAsync(name, Site.Setup))).Value;

    /// <summary>Ends them: a test that counts what is left over needs a process without them.</summary>
    public static async Task EndAsync()
    {
        foreach (var transport in s_apps.Keys)
        {
            if (s_apps.TryRemove(transport, out var app))
                await (await app.Value).DisposeAsync();
        }
    }
}
