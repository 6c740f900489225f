using System.Buffers;

namespace Net.Async;

/// <summary>Sends several pieces of memory past the pipe as a whole, as a file is sent: an orderly end waits for the last one, and a part is an abort.</summary>
internal static class SequenceSend
{
    public static async ValueTask RunAsync(Connection connection, OutputPipe output, ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        using var held = new OutputHold(output);
        var hasBegun = false;
        try
        {
            foreach (var segment in bytes)
            {
                await connection.SendAsync(segment, cancellationToken).ConfigureAwait(false);
                hasBegun |= !segment.IsEmpty;
            }
        }
        catch (Exception exception) when (hasBegun)
        {
            connection.Abort(exception);
            throw;
        }
    }
}
