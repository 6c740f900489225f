namespace Net.Async;

/// <summary>The file of a bound Unix socket: removed with it, and only it.</summary>
internal sealed class SocketFile
{
    private readonly string _path;
    private readonly FileIdentity _identity;

    private SocketFile(string path, FileIdentity identity)
    {
        _path = path;
        _identity = identity;
    }

    /// <summary>The file that a bind has just made; null when it has gone already.</summary>
    public static SocketFile? At(string path) => FileIdentity.Of(path) is { IsSocket: true } identity ? new SocketFile(path, identity) : null;

    public void SetMode(UnixFileMode mode)
    {
        if (_identity.Mode != mode)
            UnixFiles.SetMode(_path, mode);
    }

    /// <summary>Removes it, unless another has its name by now. Called while the socket is open: until then no other file can have its inode.</summary>
    public void Remove()
    {
        try
        {
            if (_identity.IsSameFile(FileIdentity.Of(_path)))
                File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The directory has been closed to us, or has gone. A stop does not fail for a file left over.
        }
    }
}
