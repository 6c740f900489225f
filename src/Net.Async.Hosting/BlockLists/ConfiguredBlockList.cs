using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>What the configuration says of one block list, in its section <c>BlockLists:NAME</c>.</summary>
internal sealed class ConfiguredBlockList(string list, IConfiguration? configuration) : IPostConfigureOptions<HostedBlockListOptions>
{
    public void PostConfigure(string? name, HostedBlockListOptions options)
    {
        if (name != list || configuration is null)
            return;
        var problems = new List<string>();
        var reader = new SectionReader(configuration.GetSection($"BlockLists:{list}"), problems);
        reader.Value("Interval", ValueTexts.Time, value => options.Interval = value);
        reader.Value("RetryInterval", ValueTexts.Time, value => options.RetryInterval = value);
        reader.Value("Timeout", ValueTexts.Time, value => options.Timeout = value);
        reader.Optional("MaxAge", ValueTexts.Time, value => options.MaxAge = value);
        reader.Value("StartEmpty", ValueTexts.Flag, value => options.StartEmpty = value);
        reader.Value("WatchFile", ValueTexts.Flag, value => options.WatchFile = value);
        reader.Value("RememberRules", ValueTexts.Flag, value => options.RememberRules = value);
        reader.Part("Load", part => Apply(part, options.Load));
        reader.End();
        if (problems.Count > 0)
            throw new OptionsValidationException(list, typeof(HostedBlockListOptions), problems);
    }

    private static void Apply(SectionReader reader, BlockListLoadOptions options)
    {
        reader.Value("Format", ValueTexts.Name<BlockListFormat>(), value => options.Format = value);
        reader.Value("SkipBadLines", ValueTexts.Flag, value => options.SkipBadLines = value);
        reader.Value("MaxBytes", ValueTexts.Long, value => options.MaxBytes = value);
        reader.Value("MaxLineLength", ValueTexts.Integer, value => options.MaxLineLength = value);
        reader.Value("MaxRules", ValueTexts.Integer, value => options.MaxRules = value);
        reader.Value("MaxShrinkRatio", ValueTexts.Number, value => options.MaxShrinkRatio = value);
        reader.Value("AllowCatchAllRules", ValueTexts.Flag, value => options.AllowCatchAllRules = value);
        if (reader.Texts("JsonPaths") is { Count: > 0 } paths)
            reader.Try(paths[0], () => options.JsonPaths = [.. paths.Select(static path => path.Value ?? "")]);
    }
}
