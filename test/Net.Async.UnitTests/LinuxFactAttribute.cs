namespace Net.Async.Tests;

/// <summary>A test of something that only Linux has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Only Linux has this.";
    }

    /// <summary>The condition, for the list of tests that may skip.</summary>
    public virtual string SkippedWhen => "not on Linux";
}
