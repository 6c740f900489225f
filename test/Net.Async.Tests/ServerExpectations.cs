using System.Net;

namespace Net.Async.Tests;

internal static class ServerExpectations
{
    /// <summary>The port that the system chose.</summary>
    public static int Port(this Server server) => ((IPEndPoint)server.LocalEndPoint).Port;

    /// <summary>No client has connected: what the kernel has queued would be accepted at once.</summary>
    public static async Task NobodyCameAsync(this Server server)
    {
        using var cancel = new CancellationTokenSource();
        var accepting = server.AcceptAsync(cancel.Token).AsTask();
        Assert.False(accepting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }
}
