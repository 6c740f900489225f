namespace Net.Async.Tests;

/// <summary>A test that needs programs of the system; skipped, with the reason, where one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsAttribute : LinuxFactAttribute
{
    public NeedsAttribute(params string[] programs)
    {
        Programs = programs;
        var missing = programs.Where(program => !Has(program)).ToList();
        if (Skip is null && missing.Count > 0)
            Skip = $"not installed: {string.Join(", ", missing)}";
    }

    public IReadOnlyList<string> Programs { get; }

    public override string SkippedWhen => $"{base.SkippedWhen}, or without {string.Join(" and ", Programs)}";

    private static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));
}
