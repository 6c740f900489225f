using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Net.Async.Tests;

/// <summary>A transport that only has to be registered.</summary>
internal sealed class NoConnector : IConnectionFactory
{
    public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
