using System.Runtime.Versioning;

namespace Net.Async;

/// <summary>The right to replace the file at a path, among all processes that start a server there: a lock file beside it, for as long as that takes.</summary>
internal sealed class StartingLock : IDisposable
{
    private const string Suffix = ".net-async-lock";

    private readonly string _path;
    private readonly FileStream _file;

    private StartingLock(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Takes it. Null when another has it, or has just had it, or no file can be made there: then nothing is to be replaced.</summary>
    [UnsupportedOSPlatform("windows")]
    public static StartingLock? TryTake(string path)
    {
        FileStream file;
        path += Suffix;
        try
        {
            // Exclusive sharing is flock(2) with LOCK_NB; the kernel lets go of it with the process.
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The one before removes the file before it unlocks: what was opened may be no longer what is there.
        if (FileIdentity.Of(file.SafeFileHandle) is { IsRegular: true } mine && mine.IsSameFile(FileIdentity.Of(path)))
            return new StartingLock(path, file);
        file.Dispose();
        return null;
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The directory has gone, or been closed to us. What was bound is bound; a lock file without a holder keeps no one out.
        }

        _file.Dispose();
    }
}
