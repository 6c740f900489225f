namespace Net.Async;

/// <summary>Which engine serves this process: the one that a switch names, else the default, and never one that the machine cannot carry.</summary>
internal static class EngineChoice
{
    private const string Variable = "NET_ASYNC_ENGINE", Switch = "Net.Async.Engine";

    public static IoEngine Make()
    {
        var wanted = Setting(Variable, Switch);
        var obstacle = wanted == "managed" ? "not asked for" : ReactorProbe.Obstacle() ?? ReactorLoops.Obstacle();
        var engine = obstacle is null ? (IoEngine)new ReactorEngine() : new ManagedEngine();
        NetAsyncEventSource.Log.EngineChosen(engine.Name, obstacle ?? "the probe succeeded");
        return engine;
    }

    /// <summary>What the environment says, else the runtime's configuration (<c>runtimeconfig.json</c>, <see cref="AppContext"/>).</summary>
    public static string? Setting(string variable, string name) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } said ? said : AppContext.GetData(name) as string;
}
