using System.Net;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;

namespace Net.Async;

/// <summary>Connects for Orleans, with the race and the policy of the options.</summary>
internal sealed class OrleansConnectionFactory : IConnectionFactory
{
    private readonly HappyEyeballsConnector _connector;

    /// <param name="options">The caller's own copy.</param>
    /// <param name="messaging">How long messages may be.</param>
    public OrleansConnectionFactory(HappyEyeballsOptions options, MessagingOptions messaging)
    {
        MessageRoom.Raise(options.Connection, messaging);
        _connector = new HappyEyeballsConnector(options);
    }

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new OrleansConnectionContext(await _connector.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false));
}
