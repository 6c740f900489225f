using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Load;

/// <summary>An echo that misbehaves on demand: a message that begins with S blocks its thread for a second, one that begins with X spins for ever.</summary>
internal static class StallEcho
{
    public static async Task RunAsync(PipeReader input, PipeWriter output)
    {
        while (true)
        {
            var result = await input.ReadAsync();
            if (!result.Buffer.IsEmpty)
                Misbehave(result.Buffer.FirstSpan[0]);
            foreach (var piece in result.Buffer)
                output.Write(piece.Span);
            input.AdvanceTo(result.Buffer.End);
            await output.FlushAsync();
            if (result.IsCompleted)
                return;
        }
    }

    private static void Misbehave(byte first)
    {
        if (first == 'S')
            Thread.Sleep(1000);
        while (first == 'X')
            Thread.SpinWait(100);
    }
}
