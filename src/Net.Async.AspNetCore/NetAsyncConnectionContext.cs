using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Net.Async;

/// <summary>A connection as ASP.NET Core sees it. Between its code and the pipes of the connection there is nothing.</summary>
internal sealed class NetAsyncConnectionContext : ConnectionContext, IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature,
    IConnectionEndPointFeature, IConnectionSocketFeature, IMemoryPoolFeature
{
    private readonly ConnectionFeatures _features = new();
    private readonly ILogger? _logger;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private CancellationToken? _closed;
    private (EndPoint? Local, EndPoint? Remote)? _endPoints; // set by a middleware

    public NetAsyncConnectionContext(Connection connection, MemoryPool<byte> pool, ILogger? logger)
    {
        (Connection, MemoryPool, Transport, _logger) = (connection, pool, connection, logger);
        _features.Add(typeof(IConnectionIdFeature), this);
        _features.Add(typeof(IConnectionTransportFeature), this);
        _features.Add(typeof(IConnectionItemsFeature), this);
        _features.Add(typeof(IConnectionLifetimeFeature), this);
        _features.Add(typeof(IConnectionEndPointFeature), this);
        _features.Add(typeof(IMemoryPoolFeature), this);
        if (connection.Capabilities.HasFlag(ConnectionCapabilities.Socket))
            _features.Add(typeof(IConnectionSocketFeature), this);
    }

    /// <summary>The connection below, whatever a middleware has put in the place of <see cref="Transport"/>.</summary>
    public Connection Connection { get; }

    public override IDuplexPipe Transport { get; set; }

    public override IFeatureCollection Features => _features;

    public MemoryPool<byte> MemoryPool { get; }

    public Socket Socket => Connection.Socket!;

    public override string ConnectionId
    {
        get => _id ??= ConnectionIds.Of(Connection.Id);
        set => _id = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _endPoints is { } set ? set.Local : Connection.LocalEndPoint;
        set => _endPoints = (value, RemoteEndPoint);
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _endPoints is { } set ? set.Remote : Connection.RemoteEndPoint;
        set => _endPoints = (LocalEndPoint, value);
    }

    /// <summary>Fires when the peer has ended or reset, also while nothing reads, and when the connection is closed from here.</summary>
    public override CancellationToken ConnectionClosed
    {
        get => _closed ?? Connection.PeerClosed;
        set => _closed = value;
    }

    /// <summary>Ends the connection now, with a reset: a truncated answer must not look complete.</summary>
    /// <param name="abortReason">
    /// Null when Kestrel has noticed that the client has ended. Then nothing is to be done: Kestrel writes no more, what was written is still sent to a client that
    /// has only half closed, what it has sent stays readable, and the dispose that follows closes.
    /// </param>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        if (abortReason is not null)
            Connection.Abort(abortReason);
    }

    /// <summary>Closes in an orderly way within <see cref="CloseOptions.Timeout"/>, then aborts.</summary>
    public override async ValueTask DisposeAsync()
    {
        // Where the client has gone, Kestrel keeps what it has read or was lent to write to: it comes back here.
        Connection.Output.Complete();
        await Connection.DisposeAsync().ConfigureAwait(false);
        Connection.Input.Complete();
        await base.DisposeAsync().ConfigureAwait(false);
        if (_logger is not null && _logger.IsEnabled(LogLevel.Debug))
            _logger.Closed(ConnectionId, (Connection.CloseReason?.Error)?.ToString() ?? "orderly", Connection.BytesRead, Connection.BytesWritten);
    }
}
