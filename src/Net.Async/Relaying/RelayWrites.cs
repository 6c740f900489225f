using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What a write of a relay says.</summary>
internal static class RelayWrites
{
    /// <summary>Throws when the bytes have not all gone.</summary>
    public static void ThrowIfCut(this FlushResult written, Connection destination)
    {
        if (written.IsCanceled)
            throw new OperationCanceledException("The relay was ended by CancelPendingFlush.");
        if (written.IsCompleted)
            throw new ConnectionException(ConnectionError.Closed, $"The connection {destination} is closed; bytes for it were not sent.", destination.RemoteEndPoint);
    }
}
