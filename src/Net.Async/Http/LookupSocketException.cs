using System.Net.Sockets;

namespace Net.Async;

/// <summary>A failed look-up as HttpClient knows it: it tells look-ups from connects by the type, a <see cref="SocketException"/> with this error, and asks for nothing else.</summary>
/// <remarks>A socket exception has no room for an inner one, so the connector's own is kept here, and in the text.</remarks>
internal sealed class LookupSocketException(ConnectionException error)
    : SocketException((int)(error.Error == ConnectionError.HostNotFound ? SocketError.HostNotFound : SocketError.TryAgain), error.Message)
{
    public ConnectionException Error => error;

    public override string ToString() => $"{base.ToString()}{Environment.NewLine} ---> {error}";
}
