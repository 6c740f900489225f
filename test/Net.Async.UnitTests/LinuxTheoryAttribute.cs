namespace Net.Async.Tests;

/// <summary>A theory about something that only Linux has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    /// <summary>The condition, for the list of tests that may skip.</summary>
    public const string SkippedWhen = "not on Linux";

    public LinuxTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Only Linux has this.";
    }
}
