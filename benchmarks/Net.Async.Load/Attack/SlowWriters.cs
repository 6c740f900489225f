using System.Net;

namespace Net.Async.Load;

/// <summary>Connections that send a byte a second, and never the end of a line.</summary>
internal sealed class SlowWriters(EndPoint server, int count) : Disturbance("slow-writers", server, count, count)
{
    // A failure is seen at the next event of the connection.
    protected override void OnSecond(int descriptor) => _ = RawSocket.Send(descriptor, "x"u8);
}
