using Microsoft.AspNetCore.Connections;

namespace Net.Async;

/// <summary>From connections of ASP.NET Core to those of Net.Async, and back.</summary>
public static class ConnectionContextExtensions
{
    /// <summary>A connection of ASP.NET Core, whatever its transport, as one of Net.Async, with close reasons, time limits and, where what is below can do it, half-close.</summary>
    /// <remarks>
    /// Over the transport of Net.Async, while no middleware has replaced <see cref="ConnectionContext.Transport"/>, it is the connection itself.
    /// Its pipes then throw what ASP.NET Core's code knows, as the context's do, with the <see cref="ConnectionException"/> inside.
    /// Else it is a connection over the context's pipes, TLS included: read and write through it alone from then on. The end of its output is close_notify over TLS, and FIN elsewhere;
    /// Kestrel's own transports close both directions with it, and <see cref="Connection.Capabilities"/> has no <see cref="ConnectionCapabilities.HalfClose"/> there.
    /// </remarks>
    /// <param name="context">The context; the host still disposes it.</param>
    /// <param name="options">Of a connection that has to be made; null for the defaults. What concerns sockets has no effect.</param>
    /// <exception cref="ArgumentNullException">The context is null.</exception>
    public static Connection AsConnection(this ConnectionContext context, ConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context is NetAsyncConnectionContext ours && ReferenceEquals(ours.Transport, ours.Connection)
            ? ours.Connection
            : Connection.FromTransport(new DuplexPipeTransport(context), options);
    }

    /// <summary>A connection of Net.Async as ASP.NET Core's code wants it: with settable features, and exceptions of that framework where the connection was accepted or connected by this package.</summary>
    /// <param name="connection">The connection; disposing the context disposes it.</param>
    /// <exception cref="ArgumentNullException">The connection is null.</exception>
    public static ConnectionContext AsConnectionContext(this Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new NetAsyncConnectionContext(connection, HostMemoryPool.Shared, logger: null);
    }
}
