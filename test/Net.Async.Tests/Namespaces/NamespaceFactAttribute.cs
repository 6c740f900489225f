namespace Net.Async.Tests.Namespaces;

/// <summary>A test in network namespaces of its own: only root makes them. As root a missing program is a failure, not a reason to skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NamespaceFactAttribute : LinuxFactAttribute
{
    public NamespaceFactAttribute()
    {
        if (Skip is null && !IsPossible)
            Skip = "Only root makes network namespaces.";
    }

    public static bool IsPossible => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public override string SkippedWhen => $"{base.SkippedWhen}, or not as root";
}
