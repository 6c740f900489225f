using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Keeps a handle's number open, and so from being another's, while calls use it.</summary>
internal readonly ref struct HeldHandle : IDisposable
{
    private readonly SafeHandle _handle;

    /// <summary>Takes a reference.</summary>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public HeldHandle(SafeHandle handle)
    {
        var isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        _handle = handle;
    }

    public int Descriptor => (int)_handle.DangerousGetHandle();

    public void Dispose() => _handle.DangerousRelease();
}
