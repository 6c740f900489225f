using System.Net;

namespace Net.Async;

/// <summary>From texts to a server that listens.</summary>
internal static class ServerListen
{
    public static async Task<Server> ListenAsync(IReadOnlyList<ListenText> texts, ServerOptions options, CancellationToken cancellationToken)
    {
        var endPoints = texts.SelectMany(static text => text.SystemdName is { } name ? SystemdEndPoints.Find(name) : text.EndPoints).ToArray();
        try
        {
            return await Server.ListenAsync(endPoints, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionException exception) when (exception.Error is ConnectionError.AddressNotAvailable or ConnectionError.AddressFamilyNotSupported && texts.Any(static text => text.IsLocalhost))
        {
            // Many containers have no ::1, and "localhost" means what the machine has.
            var sixth = texts.Where(static text => text.IsLocalhost).Select(static text => text.EndPoints[1]).ToHashSet();
            return await Server.ListenAsync([.. endPoints.Where(endPoint => !sixth.Contains(endPoint))], options, cancellationToken).ConfigureAwait(false);
        }
    }
}
