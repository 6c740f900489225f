using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Which file it is, whatever its name: device and inode, and its kind. Linux.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, int KindAndMode)
{
    private const int KindMask = 0xF000, SocketKind = 0xC000, RegularKind = 0x8000;

    /// <summary>The kind, S_IFMT of inode(7).</summary>
    public int Kind => KindAndMode & KindMask;

    public bool IsSocket => Kind == SocketKind;

    public bool IsRegular => Kind == RegularKind;

    public UnixFileMode Mode => (UnixFileMode)(KindAndMode & ~KindMask);

    /// <summary>What is at the path, a symbolic link being itself; null when nothing is, or it cannot be told.</summary>
    public static FileIdentity? Of(string path) => UnixFiles.Look(path);

    public static FileIdentity? Of(SafeHandle file) => UnixFiles.Look(file);

    public bool IsSameFile(FileIdentity? other) => other is { } file && (file.Device, file.Inode) == (Device, Inode);
}
