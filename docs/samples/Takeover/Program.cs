// A new version takes a server over while 200 clients connect, ask and read all the time. No client sees a refused, reset or failed request.
//   dotnet run                             plays it: starts version 1, then version 2, prints what each has served, exits 0 when nothing has failed
//   dotnet run -- serve VERSION ENDPOINT   is version 1: serves, and hands its listener to the process that connects to the Unix socket ENDPOINT
//   dotnet run -- take VERSION ENDPOINT    is version 2: takes the listener from there, and serves on it
using Takeover;

return args switch
{
    [] => await Play.RunAsync(),
    ["serve", var version, var endPoint] => await ServerVersion.ServeAsync(version, endPoint),
    ["take", var version, var endPoint] => await ServerVersion.TakeAsync(version, endPoint),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Takeover");
    return 2;
}
