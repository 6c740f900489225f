using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>An end point of a kind that no transport here knows.</summary>
internal sealed class StrangeEndPoint : EndPoint
{
    public override AddressFamily AddressFamily => AddressFamily.AppleTalk;

    public override string ToString() => "strange";
}
