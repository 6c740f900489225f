using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Net.Async.Tests.Kestrel;

/// <summary>An end point of a kind that neither Kestrel nor we know.</summary>
internal sealed class OtherEndPoint : EndPoint
{
    public override string ToString() => "another network";
}

/// <summary>A transport beside ours, for end points of its own. No client ever comes there.</summary>
internal sealed class OtherTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public List<EndPoint> Bound { get; } = [];

    public bool CanBind(EndPoint endpoint) => endpoint is OtherEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Bound.Add(endpoint);
        return new(new Silent(endpoint));
    }

    private sealed class Silent(EndPoint endPoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_unbound.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _unbound.TrySetResult(null);
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }
}
