using System.Net.Sockets;

namespace Net.Async;

/// <summary>Directories that are trusted with Unix sockets.</summary>
internal sealed class SocketDirectories(IReadOnlyList<string> directories)
{
    /// <summary>Whether the socket is in one of them or below, without a symbolic link on the way; abstract names are nowhere.</summary>
    public bool Contain(UnixDomainSocketEndPoint endPoint)
    {
        if (directories.Count == 0 || endPoint.ToString() is not { } path || !Path.IsPathFullyQualified(path))
            return false;
        // Lexical: "..", once resolved, may lead out of the directory.
        var full = Path.GetFullPath(path);
        return directories.Any(directory => full.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal)) && !HasLink(full);
    }

    private static bool HasLink(string path)
    {
        for (var at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            try
            {
                if (new FileInfo(at).LinkTarget is not null)
                    return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // What cannot be looked at cannot be trusted.
                return true;
            }
        }

        return false;
    }
}
