using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Kestrel;

/// <summary>What an app logs, line by line, in the order in which it comes.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyList<LogLine> All => [.. _lines];

    /// <summary>What Net.Async's package says.</summary>
    public IReadOnlyList<LogLine> Ours => [.. _lines.Where(static line => line.Category == TransportLog.Category)];

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, _lines);

    public void Dispose()
    {
        // The lines are read after the app has ended.
    }

    private sealed class Category(string name, ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new(name, logLevel, eventId.Id, formatter(state, exception)));
    }
}

/// <summary>One line of a log.</summary>
internal sealed record LogLine(string Category, LogLevel Level, int Id, string Text);
