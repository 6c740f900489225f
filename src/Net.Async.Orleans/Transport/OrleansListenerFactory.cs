using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Net.Async;

/// <summary>Listens for Orleans: at the silo's port and at the gateway's, each with options of its own.</summary>
internal sealed class OrleansListenerFactory : IConnectionListenerFactory, IAsyncDisposable, IDisposable
{
    private readonly ConcurrentBag<Server> _servers = [];
    private readonly OrleansSiloOptions _options;
    private readonly EndpointOptions _endPoints;

    /// <param name="options">The caller's own copy.</param>
    /// <param name="messaging">How long messages may be.</param>
    /// <param name="endPoints">Which address is the gateway's.</param>
    public OrleansListenerFactory(OrleansSiloOptions options, MessagingOptions messaging, IOptions<EndpointOptions> endPoints)
    {
        MessageRoom.Raise(options.SiloListener.Connection, messaging);
        MessageRoom.Raise(options.GatewayListener.Connection, messaging);
        (_options, _endPoints) = (options, endPoints.Value);
    }

    /// <exception cref="AddressInUseException">Another has the address.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var server = Server.Listen(endpoint, IsGateway(endpoint) ? _options.GatewayListener : _options.SiloListener);
            _servers.Add(server);
            return new(new OrleansListener(server));
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.AddressInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }
    }

    /// <summary>A silo whose start fails disposes none of its listeners. For those that it has disposed this does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync().ConfigureAwait(false);
    }

    // A provider that is disposed without await has no other way; each stop is bounded by the options.
    void IDisposable.Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    // The two listeners of Orleans have the same interface, and only the address tells them apart. Addresses are as Orleans puts them together.
    private bool IsGateway(EndPoint endPoint) => endPoint.Equals(_endPoints.GatewayListeningEndpoint ?? new IPEndPoint(_endPoints.AdvertisedIPAddress, _endPoints.GatewayPort));
}
