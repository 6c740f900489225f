using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Net.Async.Namespaces;

/// <summary>An Ethernet device in a namespace whose cable ends here: each read is a frame it sent, each write one it receives. It goes when it is disposed.</summary>
internal sealed class Tap : IDisposable
{
    public const string Name = "wire0";

    // linux/if_tun.h
    private const nuint SetInterface = 0x400454ca;
    private const ushort TapWithoutHeader = 0x0002 | 0x1000;

    private readonly FileStream _frames;

    // Without a buffer: one call, one frame.
    private Tap(SafeFileHandle handle) => _frames = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);

    public int Descriptor => (int)_frames.SafeFileHandle.DangerousGetHandle();

    /// <summary>Makes the device. On a thread of its own: a thread that has entered a namespace does no other work.</summary>
    public static Tap Open(string space)
    {
        Tap? tap = null;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                Libc.Enter(space);
                tap = OpenHere();
            }
            catch (Exception exception)
            {
                error = exception;
            }
        });
        thread.Start();
        thread.Join();
        return tap ?? throw new IOException($"No device in {space}: {error!.Message}", error);
    }

    public int Read(Span<byte> frame) => _frames.Read(frame);

    public void Write(ReadOnlySpan<byte> frame)
    {
        try
        {
            _frames.Write(frame);
        }
        catch (IOException)
        {
            // The device is down while the topology is being built: a frame lost, as on any wire.
        }
    }

    public void Dispose() => _frames.Dispose();

    private static Tap OpenHere()
    {
        var handle = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        // struct ifreq: the name in 16 bytes, then the flags.
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Encoding.ASCII.GetBytes(Name, request);
        BitConverter.TryWriteBytes(request[16..], TapWithoutHeader);
        Libc.Control(handle, SetInterface, request);
        return new Tap(handle);
    }
}
