using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What Linux says of a descriptor by its number, and what it can be told.</summary>
internal static partial class Descriptors
{
    private const int GetDescriptorFlags = 1, SetDescriptorFlags = 2, GetStatusFlags = 3, DuplicateClosedOnExec = 1030, CloseOnExec = 1, AccessMode = 3, ReadOnly = 0, WriteOnly = 1;

    /// <summary>Null when it is not open.</summary>
    public static DescriptorKind? KindOf(int descriptor) => UnixFiles.Look(descriptor)?.Kind switch
    {
        null => null,
        0xC000 => DescriptorKind.Socket,
        0x1000 => DescriptorKind.Pipe,
        0x8000 => DescriptorKind.File,
        0x4000 => DescriptorKind.Directory,
        0x2000 or 0x6000 => DescriptorKind.Device,
        _ => DescriptorKind.Other,
    };

    /// <summary>Which ways it was opened for.</summary>
    public static (bool Readable, bool Writable) Directions(int descriptor)
    {
        var mode = Control(descriptor, GetStatusFlags, 0) & AccessMode;
        return (mode != WriteOnly, mode != ReadOnly);
    }

    /// <summary>Another number for the same; null when there is none left.</summary>
    public static int? Duplicate(int descriptor) => Control(descriptor, DuplicateClosedOnExec, 0) is >= 0 and var copy ? copy : null;

    /// <summary>Whether programs that this process starts get it too.</summary>
    public static bool SetInherited(int descriptor, bool inherited)
    {
        var flags = Control(descriptor, GetDescriptorFlags, 0);
        return flags >= 0 && Control(descriptor, SetDescriptorFlags, inherited ? flags & ~CloseOnExec : flags | CloseOnExec) == 0;
    }

    // Its third argument is an optional one; Linux's calling conventions pass it like any other.
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
