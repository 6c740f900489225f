namespace Net.Async;

/// <summary>Paths as text, where the system gives no way to hold a file and dial it: what cannot be proven is refused.</summary>
internal static class PlainPath
{
    /// <summary>Whether a path leads below a directory: absolute, written out (no <c>.</c>, no <c>..</c>, no doubled separator), and without a link on its way.</summary>
    public static bool IsBelow(string directory, string path) => Path.IsPathFullyQualified(path) && Path.GetFullPath(path) == path
        && path.StartsWith(Path.EndsInDirectorySeparator(directory) ? directory : directory + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !HasLink(path);

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
