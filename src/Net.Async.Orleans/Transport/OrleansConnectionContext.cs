using System.Globalization;
using Microsoft.AspNetCore.Connections;

namespace Net.Async;

/// <summary>A connection as Orleans sees it: its pipes are the transport, without a pump.</summary>
/// <remarks>
/// Orleans reads all the time. So its <c>ConnectionClosed</c> is the connection's own end, and not the peer's: at the peer's FIN answers may be unread, and they still count.
/// When Orleans closes, it completes both pipes, aborts, and waits for that token before it disposes.
/// </remarks>
internal sealed class OrleansConnectionContext : DefaultConnectionContext
{
    private readonly Connection _connection;

    public OrleansConnectionContext(Connection connection)
        : base(connection.Id.ToString(CultureInfo.InvariantCulture))
    {
        _connection = connection;
        Transport = connection;
        LocalEndPoint = connection.LocalEndPoint;
        RemoteEndPoint = connection.RemoteEndPoint;
        ConnectionClosed = connection.Closed;
    }

    /// <summary>Ends the connection at once; one whose pipes are both completed closes already, in order and within its time limits, and a reset would take back what was sent last.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (_connection.State != ConnectionState.Closed)
            _connection.Abort(abortReason);
    }

    /// <summary>Closes in order, within the time limits of the options.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        // After a preamble that it rejects Orleans leaves its read open, and the memory with it.
        await _connection.Input.CompleteAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
