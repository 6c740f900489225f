using System.Net;

namespace Net.Async.Load;

/// <summary>Connections that ask for large answers as fast as the kernel takes the questions, and read none.</summary>
/// <remarks>A server that ends one is noticed by its reset: an end is behind the answers that are not read.</remarks>
internal sealed class NeverRead(EndPoint server, int count) : Disturbance("never-read", server, count, count)
{
    // The server's memory is what is measured, not what the kernel would hold for the client.
    protected override int ReceiveBuffer => 16 * 1024;

    protected override uint Interest => EpollSet.Writable;

    protected override bool OnWritable(int descriptor) => RawSocket.Send(descriptor, "big\n"u8) != RawSocket.Failed;
}
