namespace Net.Async.Load;

/// <summary>Runs one mode and prints its line of figures.</summary>
internal static class LoadCommand
{
    public static int Run(LoadOptions options)
    {
        if (!OperatingSystem.IsLinux())
            throw new LoadException("The load generator needs Linux: epoll and /proc.");
        Console.WriteLine(options.Mode switch
        {
            LoadOptions.PingPong => PingPongLoad.Run(options),
            LoadOptions.Stream => StreamLoad.Run(options),
            LoadOptions.Churn => ChurnLoad.Run(options),
            _ => IdleLoad.Run(options),
        });
        return 0;
    }
}
