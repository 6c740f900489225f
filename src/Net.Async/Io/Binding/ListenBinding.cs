using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A socket that is bound and does not listen yet: where, and the file that goes with it.</summary>
internal readonly record struct ListenBinding(Socket Socket, EndPoint EndPoint, SocketFile? File);
