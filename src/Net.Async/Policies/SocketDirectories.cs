using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Directories that are trusted with Unix sockets: judges the file that the kernel would open, wherever links, <c>..</c> and relative paths lead.</summary>
/// <remarks>
/// On Linux the file is opened as connect(2) would, its place is asked of the kernel, and it is opened once more below the directory, where no component may be a link: that descriptor is what is dialled.
/// Elsewhere a path must be written out and without a link, and what happens to it between the judging and the connecting is not seen.
/// </remarks>
internal sealed class SocketDirectories(IReadOnlyList<string> directories)
{
    private const byte Separator = (byte)'/';

    /// <summary>Whether the socket is in one of them or below; one that is missing is where it would be. Abstract names are nowhere.</summary>
    public bool Contain(UnixDomainSocketEndPoint endPoint)
    {
        if (directories.Count == 0)
            return false;
        if (!OperatingSystem.IsLinux())
            return endPoint.ToString() is { } text && directories.Any(directory => PlainPath.IsBelow(directory, text));
        using var file = Hold(endPoint, out var isMissing);
        return file is not null || isMissing;
    }

    /// <summary>Holds the file to dial. Null where the system has no way to dial what is held; elsewhere when it is in none of the directories, or is missing from one.</summary>
    /// <param name="endPoint">What was judged.</param>
    /// <param name="isMissing">Whether it would be in one of the directories, and is not there.</param>
    public SafeFileHandle? Hold(UnixDomainSocketEndPoint endPoint, out bool isMissing)
    {
        isMissing = false;
        var path = endPoint.FilePath();
        if (path.Length <= 1)
            return null;
        using var file = HeldPath.Open(path);
        if (file is not null)
            return Find(file);
        isMissing = HeldPath.IsMissing && IsMissingFromOne(path);
        return null;
    }

    private bool IsMissingFromOne(byte[] path)
    {
        // Behind the last slash: with nothing there the directory itself is missing.
        var name = Array.LastIndexOf(path, Separator) + 1;
        if (name == path.Length - 1)
            return false;
        using var around = HeldPath.Open(name == 0 ? "."u8.ToArray() : [.. path.AsSpan(0, name), 0]);
        if (around is null)
            return false;
        using var found = Find(around, orItself: true);
        return found is not null;
    }

    private SafeFileHandle? Find(SafeFileHandle file, bool orItself = false)
    {
        if (HeldPath.NameOf(file) is not { } name)
            return null;
        foreach (var directory in directories)
        {
            using var held = HeldPath.Open([.. Encoding.UTF8.GetBytes(directory), 0]);
            if (held is null || HeldPath.NameOf(held) is not { } place)
                continue;
            if (orItself && name.AsSpan().SequenceEqual(place))
                return HeldPath.Open([.. place, 0]);
            if (RestBelow(place, name) is { Length: > 0 } rest && HeldPath.OpenBelow(held, rest) is { } found)
                return found;
        }

        return null;
    }

    private static byte[] RestBelow(byte[] place, byte[] name)
    {
        var below = place is [Separator] ? place : [.. place, Separator];
        return name.AsSpan().StartsWith(below) ? name[below.Length..] : [];
    }
}
