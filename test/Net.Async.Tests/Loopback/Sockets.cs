using System.Globalization;

namespace Net.Async.Tests.Loopback;

/// <summary>The sockets of a process, by their numbers. Linux.</summary>
internal static class Sockets
{
    public static int[] Of(int process) =>
        [.. Directory.GetFiles($"/proc/{process}/fd").Where(IsSocket).Select(static path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];

    private static bool IsSocket(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)!.Name.StartsWith("socket:", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return false;
        }
    }
}
