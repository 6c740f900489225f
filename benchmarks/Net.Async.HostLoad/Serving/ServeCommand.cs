namespace Net.Async.HostLoad;

/// <summary>Runs the web application until the process is told to end.</summary>
internal static class ServeCommand
{
    public static async Task RunAsync(string transport, string[] endPoints)
    {
        ServedEndPoint[] served = [.. endPoints.Select(ServedEndPoint.Parse)];
        if (served is [])
            throw new UsageException("serve needs an end point: http, https, h2 or h2c.");
        await using var app = HostApp.Build(transport, served);
        await app.StartAsync();
        RuntimeReport.Write(Console.Out, transport);
        // In the order of the arguments, which is the order in which Kestrel binds.
        var ports = app.Urls.Select(url => new Uri(url).Port);
        Console.WriteLine($"ready {string.Join(' ', served.Zip(ports, (endPoint, port) => $"{endPoint.Scheme}={port}"))}");
        await app.WaitForShutdownAsync();
    }
}
