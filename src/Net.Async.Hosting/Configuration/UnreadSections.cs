using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Net.Async;

/// <summary>Finds sections under <c>Servers</c> that no server of the host reads: a name with a typing error would otherwise leave its server on the defaults, and say nothing.</summary>
/// <param name="configuration">The host's; null where it has none.</param>
/// <param name="definitions">The servers.</param>
/// <param name="logger">Gets a warning for each.</param>
internal sealed partial class UnreadSections(IConfiguration? configuration, IReadOnlyList<ServerDefinition> definitions, ILogger logger)
{
    public void Report()
    {
        if (configuration is null)
            return;
        foreach (var section in configuration.GetSection(ServerDefinition.Sections).GetChildren())
        {
            if (!definitions.Any(definition => IsReadBy(section.Path, definition.SectionPath)))
                Unread(section.Path, string.Join(", ", definitions.Select(static definition => definition.SectionPath)));
        }
    }

    // A server's own section may be deeper than the children of the root.
    private static bool IsReadBy(string path, string section) =>
        section.Equals(path, StringComparison.OrdinalIgnoreCase) || section.StartsWith(path + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(22, LogLevel.Warning, "No server reads the section {Section} of the configuration; the servers read {Sections}.")]
    private partial void Unread(string section, string sections);
}
