using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>What the configuration says of one server. It is part of the server's named options, so that everything that reads them gets what the server gets.</summary>
internal sealed class ConfiguredServer(ServerDefinition definition, IConfiguration? configuration) : IPostConfigureOptions<ServerOptions>
{
    /// <summary>The server's section; of an empty configuration where there is none.</summary>
    public IConfigurationSection Section { get; } = (configuration ?? new ConfigurationBuilder().Build()).GetSection(definition.SectionPath);

    /// <exception cref="OptionsValidationException">A value is wrong, or there is no end point.</exception>
    public void PostConfigure(string? name, ServerOptions options)
    {
        if (name == definition.Name)
            Read(options);
    }

    /// <summary>Where to listen.</summary>
    /// <exception cref="OptionsValidationException">A value is wrong, or there is no end point.</exception>
    public IReadOnlyList<ListenText> EndPoints() => Read(new());

    private IReadOnlyList<ListenText> Read(ServerOptions options)
    {
        var configured = ServerSection.Read(definition.Name, Section, options);
        if (definition.Listener is not null)
            return configured.Count == 0 ? [] : throw Problem($"{Section.Path} names an end point, and the server '{definition.Name}' has a listener of its own (UseListener).");
        if (configured.Count > 0)
            return configured;
        return definition.EndPoints.Count > 0 ? definition.EndPoints
            : throw Problem($"The server '{definition.Name}' has no end point: set {Section.Path}:EndPoints, or name one where it is added.");
    }

    private OptionsValidationException Problem(string problem) => new(definition.Name, typeof(ServerOptions), [problem]);
}
