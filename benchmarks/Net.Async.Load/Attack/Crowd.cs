using System.Net;

namespace Net.Async.Load;

/// <summary>Many connections of one address: each asks once, and stays whether it is answered or not.</summary>
internal sealed class Crowd(EndPoint server, int count) : Disturbance("crowd", server, count, count)
{
    private static readonly byte[] s_request = Payload.CreateLine(64);

    protected override bool OnWritable(int descriptor) => RawSocket.Send(descriptor, s_request) == s_request.Length;
}
