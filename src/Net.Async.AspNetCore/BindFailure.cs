using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Net.Async;

/// <summary>A failed listen in the exceptions by which Kestrel decides what to do next.</summary>
/// <remarks>Kestrel tries the other family, or IPv4 instead of every address, unless the exception is an <see cref="IOException"/>.</remarks>
internal static class BindFailure
{
    public static Exception Of(ConnectionException failure) => failure.Error == ConnectionError.AddressInUse
        ? new AddressInUseException(failure.Message, failure)
        : new SocketException((int)(failure.SocketError ?? SocketError.SocketError), failure.Message);
}
