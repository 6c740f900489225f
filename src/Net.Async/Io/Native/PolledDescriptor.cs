using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What poll(2) takes and answers (struct pollfd).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PolledDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;
}
