// One port, two worker processes. The parent hands connections to them in turn, or hands them the listener itself.
//   dotnet run                  runs 200 clients against both ways, prints a table, exits 0 when no request has failed
//   dotnet run -- worker LIMIT  is what it starts: serves what comes through the channel of its parent, LIMIT connections at a time
using System.Globalization;
using Workers;

return args switch
{
    [] => await Parent.RunAsync(),
    ["worker", var limit] when int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var most) => await Worker.RunAsync(most),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Workers");
    return 2;
}
