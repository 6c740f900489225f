namespace Net.Async.Tests.Io.Reactor;

/// <summary>A test of the reactor, where it can run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReactorFactAttribute : LinuxFactAttribute
{
    public ReactorFactAttribute()
    {
        if (Skip is null && ReactorProbe.Obstacle() is { } obstacle)
            Skip = $"The reactor cannot serve here: {obstacle}.";
    }

    public override string SkippedWhen => "where the reactor cannot serve";
}
