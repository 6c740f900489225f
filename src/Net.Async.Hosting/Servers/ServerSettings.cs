using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>What one server is made with: the options of the set-up, and over them what the configuration says.</summary>
internal sealed class ServerSettings(string name, IOptionsFactory<ServerOptions> factory, ConfiguredServer configured)
{
    public IConfigurationSection Section => configured.Section;

    /// <summary>Reads all of it anew.</summary>
    /// <exception cref="OptionsValidationException">A value of the configuration is wrong, or there is no end point.</exception>
    public (ServerOptions Options, IReadOnlyList<ListenText> EndPoints) Read() => (factory.Create(name), configured.EndPoints());

    public ServerReload Follow(ServerOptions options, Server server, ServerLog log) => new(this, options, server, log);
}
