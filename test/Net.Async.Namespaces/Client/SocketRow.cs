using System.Diagnostics;
using System.Net;
using System.Text.Json.Serialization;

namespace Net.Async.Namespaces;

/// <summary>A line of <c>ss -tan</c>.</summary>
/// <param name="State">As ss writes it: ESTAB, SYN-SENT, TIME-WAIT and so on.</param>
/// <param name="Local">Address and port.</param>
/// <param name="Peer">Address and port.</param>
public sealed record SocketRow(string State, string Local, string Peer)
{
    /// <summary>A process has it open; what the kernel still finishes by itself does not count.</summary>
    [JsonIgnore]
    public bool IsOpen => State is "ESTAB" or "SYN-SENT" or "SYN-RECV" or "CLOSE-WAIT";

    public static async Task<IReadOnlyList<SocketRow>> ReadAllAsync()
    {
        using var ss = Process.Start(new ProcessStartInfo("ss", "-tanH") { RedirectStandardOutput = true })!;
        var text = await ss.StandardOutput.ReadToEndAsync();
        await ss.WaitForExitAsync();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).Where(static row => row.State != "LISTEN" && row.IsOfTheTest)];
    }

    // The loopback is the name server's.
    private bool IsOfTheTest => IPEndPoint.Parse(Peer).Address is var peer && !IPAddress.IsLoopback(peer) && !Label.IsWarmUp(peer);

    // State, two queues, then the two ends.
    private static SocketRow Parse(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var state, _, _, var local, var peer, ..] ? new(state, local, peer) : throw new FormatException($"Not a line of ss: '{line}'.");
}
