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
            LoadOptions.Stream => StreamLoad.Run(options),
            LoadOptions.Churn => ChurnLoad.Run(options),
            LoadOptions.Idle => IdleLoad.Run(options),
            LoadOptions.Dials => DialsLoad.Run(options).ToLine(options),
            LoadOptions.Attack => AttackLoad.Run(options),
            LoadOptions.Broadcast => BroadcastLoad.Run(options),
            LoadOptions.TlsIdle => TlsIdleLoad.Run(options),
            _ when options.IsTls => TlsLoad.Run(options),
            _ => PingPongLoad.Run(options),
        });
        return 0;
    }
}
