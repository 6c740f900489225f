using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Net.Async;

/// <summary>Follows the section of a server that runs: applies what a server can change, and logs what it cannot.</summary>
internal sealed class ServerReload : IDisposable
{
    // What Server can change; every other key needs a new server.
    private static readonly string[] s_changeable = ["MaxConnections", "Limits:FullMode", "Listener:KeepProcessAlive"];

    private readonly Lock _lock = new();
    private readonly ServerSettings _settings;
    private readonly Server _server;
    private readonly ServerLog _log;
    private readonly Dictionary<string, string?> _started;
    private readonly IDisposable _following;
    private ServerOptions _options;
    private string _reported = "";

    public ServerReload(ServerSettings settings, ServerOptions options, Server server, ServerLog log)
    {
        (_settings, _options, _server, _log) = (settings, options, server, log);
        _started = Values();
        _following = ChangeToken.OnChange(settings.Section.GetReloadToken, Reload);
    }

    public void Dispose() => _following.Dispose();

    // Reloads come on any thread, and several for one change of a file. Nothing may leave this: it would end up in the file watcher.
    private void Reload()
    {
        lock (_lock)
        {
            try
            {
                Apply(_settings.Read().Options);
                ReportChanges();
            }
            catch (Exception exception)
            {
                Report(exception.Message, _log.ReloadFailed);
            }
        }
    }

    // Only what differs: code may have set the server to something else meanwhile.
    private void Apply(ServerOptions options)
    {
        if (options.MaxConnections != _options.MaxConnections)
        {
            _server.MaxConnections = options.MaxConnections;
            _log.Reloaded("MaxConnections", options.MaxConnections is { } most ? most : "no limit");
        }

        if (options.Limits.FullMode != _options.Limits.FullMode)
        {
            _server.FullMode = options.Limits.FullMode;
            _log.Reloaded("Limits:FullMode", options.Limits.FullMode);
        }

        if (options.Listener.KeepProcessAlive != _options.Listener.KeepProcessAlive)
        {
            _server.KeepProcessAlive = options.Listener.KeepProcessAlive;
            _log.Reloaded("Listener:KeepProcessAlive", options.Listener.KeepProcessAlive);
        }

        _options = options;
    }

    private void ReportChanges()
    {
        var values = Values();
        var changed = values.Keys.Union(_started.Keys).Where(key => values.GetValueOrDefault(key) != _started.GetValueOrDefault(key)).Order(StringComparer.Ordinal).ToArray();
        if (changed.Length == 0)
            _reported = "";
        else
            Report(string.Join(", ", changed.Select(key => $"{_settings.Section.Path}:{key}")), _log.NeedsRestart, string.Join('\n', changed.Select(key => $"{key}={values.GetValueOrDefault(key)}")));
    }

    // Once for each state: a file is often reported several times.
    private void Report(string text, Action<string> log, string? state = null)
    {
        if (_reported == (state ?? text))
            return;
        _reported = state ?? text;
        log(text);
    }

    private Dictionary<string, string?> Values() => _settings.Section.AsEnumerable(makePathsRelative: true)
        .Where(static value => value.Value is not null && !s_changeable.Contains(value.Key, StringComparer.OrdinalIgnoreCase))
        .ToDictionary(static value => value.Key, static value => value.Value, StringComparer.OrdinalIgnoreCase);
}
