using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Kestrel;

/// <summary>What an app logs: everything that Kestrel says about its own work, and every warning of anyone else.</summary>
internal sealed partial class LogBook : ILoggerProvider
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel", Connections = Kestrel + ".Connections";

    // They depend on who is faster, whatever the transport.
    private static readonly string[] s_racy = ["HeartbeatSlow", "Http2MaxConcurrentStreamsReached"];

    private readonly List<Entry> _entries = [];

    /// <summary>The connections that Kestrel was given, and those that it has let go of.</summary>
    public (int Accepted, int Stopped) Counts
    {
        get
        {
            lock (_entries)
                return (_entries.Count(static entry => entry is { Category: Connections, Id.Name: "ConnectionAccepted" }), _entries.Count(static entry => entry is { Category: Connections, Id.Name: "ConnectionStop" }));
        }
    }

    public int Length
    {
        get
        {
            lock (_entries)
                return _entries.Count;
        }
    }

    public bool Has(string eventName)
    {
        lock (_entries)
            return _entries.Exists(entry => entry.Id.Name == eventName);
    }

    /// <summary>What was logged from that position on, without identifiers and ports, each line with how often it came. Threads log in any order: sorted.</summary>
    public IEnumerable<string> LinesFrom(int position)
    {
        lock (_entries)
        {
            var ids = _entries.Select(static entry => Accepted().Match(entry.Message)).Where(static match => match.Success).Select(static match => match.Groups[1].Value)
                // One may begin with another.
                .OrderByDescending(static id => id.Length).ToArray();
            return [.. _entries.Skip(position).GroupBy(entry => entry.ToText(ids)).Select(static group => $"log, {group.Count()} times: {group.Key}").Order(StringComparer.Ordinal)];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Book(this, categoryName);

    public void Dispose()
    {
        // Entries are read after the app has ended.
    }

    private void Add(Entry entry)
    {
        lock (_entries)
            _entries.Add(entry);
    }

    // The transport's own category differs from one to the next.
    private static bool IsKept(string category, LogLevel level, EventId id) => category.StartsWith(Kestrel, StringComparison.Ordinal)
        ? level >= LogLevel.Debug && !category.Contains(".Transport.", StringComparison.Ordinal) && !s_racy.Contains(id.Name)
        : level >= LogLevel.Warning;

    private sealed record Entry(string Category, LogLevel Level, EventId Id, string Message, Exception? Exception)
    {
        public string ToText(IEnumerable<string> ids) => $"{Level} {Category}[{Id.Id} {Id.Name}] {Ports().Replace(ids.Aggregate(Message, static (text, id) => text.Replace(id, "*", StringComparison.Ordinal)), "$1:*")}{(Exception is null ? "" : $" ({Exception.GetType().Name})")}";
    }

    private sealed class Book(LogBook log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => IsKept(category, logLevel, default);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsKept(category, logLevel, eventId))
                return;
            var message = formatter(state, exception);
            // Behind the first line are the bytes, with the date among them.
            log.Add(new Entry(category, logLevel, eventId, category.EndsWith("LoggingConnectionMiddleware", StringComparison.Ordinal) ? message.Split('\n')[0] : message, exception));
        }
    }

    [GeneratedRegex("""^Connection id "(.*)" accepted\.$""")]
    private static partial Regex Accepted();

    [GeneratedRegex(@"(127\.0\.0\.\d|\[::1?\]|0\.0\.0\.0|localhost):\d+")]
    private static partial Regex Ports();
}
