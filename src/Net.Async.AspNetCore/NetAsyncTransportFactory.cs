using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>Kestrel's transport on servers of Net.Async: one server for each end point.</summary>
/// <remarks>It takes the kinds of end points that it knows, and leaves the others to the transports that are registered beside it.</remarks>
internal sealed class NetAsyncTransportFactory(IOptions<NetAsyncTransportOptions> options, IOptions<KestrelServerOptions> kestrel, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Lazy<NetAsyncTransportOptions> _options = new(() => Adapted(options.Value, kestrel.Value.Limits));
    private readonly ILogger _logger = loggers.CreateLogger(TransportLog.Category);

    public bool CanBind(EndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (_options.Value.Bind is not null || IsKnown(endpoint))
            return true;
        _logger.Leaves(endpoint, endpoint.GetType().Name);
        return false;
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var server = Listen(endpoint, out var reason);
            _logger.Listens(NetEndPoint.Format(server.LocalEndPoint), reason);
            return new(new ServerConnectionListener(server, HostMemoryPool.Over(_options.Value.Server.Connection.Buffers.MemoryPool), _logger));
        }
        catch (ConnectionException exception)
        {
            throw BindFailure.Of(exception);
        }
    }

    private static bool IsKnown(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint or UnixDomainSocketEndPoint or NamedPipeEndPoint or DescriptorEndPoint => true,
        FileHandleEndPoint file => file.FileHandleType is FileHandleType.Auto or FileHandleType.Tcp,
        _ => false,
    };

    private Server Listen(EndPoint endPoint, out string reason)
    {
        var (server, bind) = (_options.Value.Server, _options.Value.Bind);
        reason = "a listener of the application's own";
        if (bind?.Invoke(endPoint) is { } listener)
            return Server.Listen(listener, server);
        reason = endPoint switch
        {
            IPEndPoint => "an IP address",
            UnixDomainSocketEndPoint => "a Unix socket",
            NamedPipeEndPoint => "a named pipe",
            _ => "an open descriptor",
        };
        return endPoint is FileHandleEndPoint file ? Server.FromHandle(checked((int)file.FileHandle), server) : Server.Listen(endPoint, server);
    }

    // What a Pipe does between Kestrel and its own sockets, without the pipe.
    private static NetAsyncTransportOptions Adapted(NetAsyncTransportOptions options, KestrelServerLimits limits)
    {
        options = options with { };
        var connection = options.Server.Connection;
        connection.Buffers.PauseWriterThreshold = limits.MaxResponseBufferSize ?? long.MaxValue;
        connection.Buffers.MaxUnflushedBytes = long.MaxValue;
        connection.Buffers.MaxUnconsumedBytes = long.MaxValue;
        connection.Close.FailedFlushCompletes = true;
        connection.Close.MapException ??= HostExceptions.Of;
        return options;
    }
}
