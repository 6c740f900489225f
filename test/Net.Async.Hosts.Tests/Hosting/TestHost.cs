using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Hosting;

/// <summary>A host as a program makes it, with a configuration that a test can change and a log that it can read.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private TestHost(IHost host, ChangingConfiguration configuration, LogRecords log) => (Host, Configuration, Log) = (host, configuration, log);

    public IHost Host { get; }

    public ChangingConfiguration Configuration { get; }

    public LogRecords Log { get; }

    public static TestHost Build(Action<HostApplicationBuilder> setUp, params (string Key, string? Value)[] configuration)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        var changing = new ChangingConfiguration(configuration);
        ((IConfigurationBuilder)builder.Configuration).Add(changing);
        var log = new LogRecords();
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        setUp(builder);
        return new(builder.Build(), changing, log);
    }

    public static async Task<TestHost> StartAsync(Action<HostApplicationBuilder> setUp, params (string Key, string? Value)[] configuration)
    {
        var host = Build(setUp, configuration);
        try
        {
            await host.Host.StartAsync().Soon();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public HostedServer Hosted(string name) => Host.Services.GetRequiredKeyedService<HostedServer>(name);

    public Server Server(string name) => Hosted(name).Server;

    public Task<Connection> ConnectAsync(string name) => Connection.ConnectAsync(Server(name).LocalEndPoint);

    /// <summary>A client that the server may turn away at once.</summary>
    public async Task TouchAsync(string name)
    {
        try
        {
            await (await ConnectAsync(name).Soon()).DisposeAsync();
        }
        catch (ConnectionException)
        {
            // It was reset before the connect saw that it had succeeded.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        await ((IAsyncDisposable)Host).DisposeAsync();
    }

    public static Task Echo(Connection connection, CancellationToken stopping) => connection.Input.CopyToAsync(connection.Output, stopping);
}

/// <summary>A configuration in memory that reloads when it is told to.</summary>
internal sealed class ChangingConfiguration((string Key, string? Value)[] values) : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override void Load() => Data = values.ToDictionary(static one => one.Key, static one => one.Value, StringComparer.OrdinalIgnoreCase);

    public void Change(params (string Key, string? Value)[] changes)
    {
        foreach (var (key, value) in changes)
            Data[key] = value;
        OnReload();
    }

    public void Remove(string key)
    {
        Data.Remove(key);
        OnReload();
    }
}

/// <summary>One message of a log.</summary>
internal sealed record LogRecord(string Category, LogLevel Level, EventId Id, string Message, Exception? Exception);

/// <summary>Keeps every message.</summary>
internal sealed class LogRecords : ILoggerProvider
{
    private readonly ConcurrentQueue<LogRecord> _records = [];

    public IReadOnlyList<LogRecord> All => [.. _records];

    public IReadOnlyList<LogRecord> Of(string server) => OfCategory("Net.Async.Server." + server);

    public IReadOnlyList<LogRecord> OfCategory(string category) => [.. _records.Where(record => record.Category == category)];

    public ILogger CreateLogger(string categoryName) => new Writer(categoryName, _records);

    public void Dispose()
    {
    }

    private sealed class Writer(string category, ConcurrentQueue<LogRecord> records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            records.Enqueue(new(category, logLevel, eventId, formatter(state, exception), exception));
    }
}
