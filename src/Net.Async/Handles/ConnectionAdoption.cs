using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Makes connections of handles that were made elsewhere.</summary>
internal static class ConnectionAdoption
{
    public static Connection Adopt(SafeSocketHandle handle, ConnectionOptions? options, bool readable, bool writable)
    {
        ThrowIfNoWay(readable, writable);
        options = options is null ? new() : options with { };
        return Make(AdoptedSocket.AdoptConnected(handle, options.ToSettings().Tuning, nameof(handle)), options, readable, writable);
    }

    public static Connection Adopt(int descriptor, ConnectionOptions? options, bool readable, bool writable)
    {
        ThrowIfNoWay(readable, writable);
        options = options is null ? new() : options with { };
        return OperatingSystem.IsLinux() && Descriptors.KindOf(descriptor) == DescriptorKind.Pipe
            ? FromPipe(AdoptedSocket.HandleOf(descriptor, nameof(descriptor)), options, readable, writable)
            : Make(AdoptedSocket.AdoptConnected(descriptor, options.ToSettings().Tuning, nameof(descriptor)), options, readable, writable);
    }

    public static Connection Make(Socket adopted, ConnectionOptions options, bool readable = true, bool writable = true) =>
        Make(options.Engine.Adopt(adopted), options, readable, writable);

    private static StreamConnection Make(TransportStream stream, ConnectionOptions options, bool readable, bool writable)
    {
        var connection = new StreamConnection(stream, options);
        connection.DisableDirections(readable, writable);
        connection.Start();
        return connection;
    }

    [SupportedOSPlatform("linux")]
    private static StreamConnection FromPipe(SafeSocketHandle descriptor, ConnectionOptions options, bool readable, bool writable)
    {
        var number = (int)descriptor.DangerousGetHandle();
        var ways = Descriptors.Directions(number);
        (readable, writable) = (readable && ways.Readable, writable && ways.Writable);
        if (!readable && !writable)
            throw new ArgumentException(AdoptedSocket.Describe(descriptor, $"the {(ways.Readable ? "reading" : "writing")} end of a pipe, and goes no other way"), nameof(descriptor));
        if (readable && writable)
            throw new ArgumentException(AdoptedSocket.Describe(descriptor, "a pipe opened for both ways, which would read what it writes: say which way is wanted"), nameof(descriptor));
        var owner = AdoptedSocket.TransferOwnership(descriptor, new SafePipeHandle(number, ownsHandle: true), nameof(descriptor));
        Descriptors.SetInherited(number, false);
        var pipe = new AnonymousPipeClientStream(readable ? PipeDirection.In : PipeDirection.Out, owner);
        return Make(new NamedPipeStream(pipe, new DescriptorEndPoint(number), null), options, readable, writable);
    }

    private static void ThrowIfNoWay(bool readable, bool writable)
    {
        if (!readable && !writable)
            throw new ArgumentException("A connection is readable, writable, or both.", nameof(readable));
    }
}
