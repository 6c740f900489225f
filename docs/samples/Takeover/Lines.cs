using System.Buffers;
using System.IO.Pipelines;

namespace Takeover;

internal static class Lines
{
    private const int Longest = 256;

    /// <summary>The next line with its end; null when the peer has ended.</summary>
    public static async Task<byte[]?> ReadAsync(PipeReader input, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, read.Buffer.GetPosition(1, end)).ToArray();
                input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.Buffer.Length > Longest || (read.IsCompleted && read.Buffer.Length > 0))
                throw new InvalidDataException("A line was cut off, or too long.");
            if (read.IsCompleted)
                return null;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
