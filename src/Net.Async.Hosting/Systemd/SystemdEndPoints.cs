using System.Net;

namespace Net.Async;

/// <summary>The sockets that systemd passes, as end points.</summary>
internal static class SystemdEndPoints
{
    /// <exception cref="ConnectionException">Systemd passes no socket with this name, or its environment variables are invalid.</exception>
    public static IReadOnlyList<EndPoint> Find(string name)
    {
        try
        {
            return SystemdSockets.EndPointsFromEnvironment(name);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException)
        {
            throw new ConnectionException(ConnectionError.AddressNotAvailable, $"Could not listen on systemd:{name}: {exception.Message}", innerException: exception);
        }
    }
}
