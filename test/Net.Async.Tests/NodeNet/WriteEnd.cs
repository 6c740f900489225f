namespace Net.Async.Tests.NodeNet;

/// <summary>A way to end a connection.</summary>
/// <param name="Name">As the snapshot shows it.</param>
/// <param name="RunAsync">Ends it.</param>
/// <param name="IsLate">The peer reads only when the end is over, which takes the whole time limit.</param>
/// <param name="Cuts">It may take bytes away from the peer.</param>
internal sealed record WriteEnd(string Name, Func<Connection, Task> RunAsync, bool IsLate = false, bool Cuts = false)
{
    public static readonly WriteEnd[] All =
    [
        new("Output.CompleteAsync", static connection => connection.Output.CompleteAsync().AsTask()),
        new("Output.Complete", static connection =>
        {
            connection.Output.Complete();
            return Task.CompletedTask;
        }),
        new("CloseAsync", static connection => connection.CloseAsync()),
        new("DisposeAsync", static connection => connection.DisposeAsync().AsTask()),
        new("the handler returns", static _ => Task.CompletedTask),
        new("CloseAsync, its time limit passes", static connection => connection.CloseAsync(), IsLate: true, Cuts: true),
        new("Abort", static connection =>
        {
            connection.Abort();
            return Task.CompletedTask;
        }, Cuts: true),
    ];
}
