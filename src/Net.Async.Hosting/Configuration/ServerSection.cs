using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>The section of one server: every value of <see cref="ServerOptions"/> that a text can say, and the end points.</summary>
internal static class ServerSection
{
    /// <summary>Reads the section into the options; what it does not name stays.</summary>
    /// <param name="name">The server's.</param>
    /// <param name="section">May be empty.</param>
    /// <param name="options">Are changed.</param>
    /// <returns>The end points of the section; none when it names none.</returns>
    /// <exception cref="OptionsValidationException">A value is wrong; the message has the path of each.</exception>
    public static IReadOnlyList<ListenText> Read(string name, IConfigurationSection section, ServerOptions options)
    {
        var problems = new List<string>();
        var reader = new SectionReader(section, problems);
        if (!string.IsNullOrEmpty(section.Value))
            reader.Problem($"it is '{section.Value}', where a server has keys such as EndPoints.");
        var endPoints = EndPoints(reader);
        Apply(reader, options);
        reader.End();
        return problems.Count == 0 ? endPoints : throw new OptionsValidationException(name, typeof(ServerOptions), problems);
    }

    private static List<ListenText> EndPoints(SectionReader reader)
    {
        var (one, several) = (reader.Texts("EndPoint"), reader.Texts("EndPoints"));
        if (one.Count > 0 && several.Count > 0)
            reader.Problem("EndPoint and EndPoints are both set.");
        var read = new List<ListenText>();
        foreach (var text in one.Concat(several))
        {
            try
            {
                read.Add(ListenText.Parse(text.Value ?? ""));
            }
            catch (FormatException exception)
            {
                reader.Problem(text, exception.Message);
            }
        }

        return read;
    }

    private static void Apply(SectionReader reader, ServerOptions options)
    {
        reader.Optional("MaxConnections", ValueTexts.Integer, value => options.MaxConnections = value);
        reader.Value("MaxHandlers", ValueTexts.Integer, value => options.MaxHandlers = value);
        reader.Value("DenyWithReset", ValueTexts.Flag, value => options.DenyWithReset = value);
        reader.Part("Listener", part => Apply(part, options.Listener));
        reader.Part("Connection", part => ConnectionSection.Apply(part, options.Connection));
        reader.Part("Limits", part => Apply(part, options.Limits));
        reader.Part("Upgrade", part =>
        {
            part.Value("Timeout", ValueTexts.Time, value => options.Upgrade.Timeout = value);
            part.Value("MaxConcurrent", ValueTexts.Integer, value => options.Upgrade.MaxConcurrent = value);
        });
        reader.Part("Stop", part => part.Value("Timeout", ValueTexts.Time, value => options.Stop.Timeout = value));
    }

    private static void Apply(SectionReader reader, ListenerOptions options)
    {
        reader.Value("Backlog", ValueTexts.Integer, value => options.Backlog = value);
        reader.Value("DualStack", ValueTexts.Flag, value => options.DualStack = value);
        reader.Value("ReuseAddress", ValueTexts.Flag, value => options.ReuseAddress = value);
        reader.Value("ReusePort", ValueTexts.Flag, value => options.ReusePort = value);
        reader.Optional("UnixFileMode", ValueTexts.Mode, value => options.UnixFileMode = value);
        reader.Value("ReplaceStaleSocket", ValueTexts.Flag, value => options.ReplaceStaleSocket = value);
        reader.Value("KeepProcessAlive", ValueTexts.Flag, value => options.KeepProcessAlive = value);
    }

    private static void Apply(SectionReader reader, ServerLimits options)
    {
        reader.Optional("ConnectionsPerIPv4Address", ValueTexts.Integer, value => options.ConnectionsPerIPv4Address = value);
        reader.Optional("ConnectionsPerIPv4Network", ValueTexts.Integer, value => options.ConnectionsPerIPv4Network = value);
        reader.Optional("ConnectionsPerIPv6Network", ValueTexts.Integer, value => options.ConnectionsPerIPv6Network = value);
        reader.Optional("AcceptsPerSecond", ValueTexts.Integer, value => options.AcceptsPerSecond = value);
        reader.Optional("AcceptBurst", ValueTexts.Integer, value => options.AcceptBurst = value);
        reader.Optional("MaxUnflushedBytes", ValueTexts.Long, value => options.MaxUnflushedBytes = value);
        reader.Value("FullMode", ValueTexts.Name<ServerFullMode>(), value => options.FullMode = value);
        reader.Value("DropWithReset", ValueTexts.Flag, value => options.DropWithReset = value);
    }
}
