namespace Net.Async;

/// <summary>What Linux says of a descriptor by its number, and what can be set on it.</summary>
internal static class Descriptors
{
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
        var mode = LibC.Control(descriptor, LibC.GetStatusFlags, 0) & LibC.AccessMode;
        return (mode != LibC.WriteOnly, mode != LibC.ReadOnly);
    }

    /// <summary>Another number for the same; null when there is none left.</summary>
    public static int? Duplicate(int descriptor) => LibC.Control(descriptor, LibC.DuplicateClosedOnExec, 0) is >= 0 and var copy ? copy : null;

    /// <summary>Whether programs that this process starts get it too.</summary>
    public static bool SetInherited(int descriptor, bool inherited)
    {
        var flags = LibC.Control(descriptor, LibC.GetDescriptorFlags, 0);
        return flags >= 0 && LibC.Control(descriptor, LibC.SetDescriptorFlags, inherited ? flags & ~LibC.DescriptorClosedOnExec : flags | LibC.DescriptorClosedOnExec) == 0;
    }
}
