using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Load;

/// <summary>The echo over pipes that are not ours.</summary>
/// <remarks>By hand, since <c>CopyToAsync</c> flushes every segment there; written this way those pipes are at their strongest.</remarks>
internal static class PipeEcho
{
    public static async Task RunAsync(PipeReader input, PipeWriter output)
    {
        while (true)
        {
            var read = await input.ReadAsync();
            foreach (var segment in read.Buffer)
                output.Write(segment.Span);
            input.AdvanceTo(read.Buffer.End);
            var flush = await output.FlushAsync();
            if (read.IsCompleted || flush.IsCompleted)
                break;
        }

        await input.CompleteAsync();
        await output.CompleteAsync();
    }
}
