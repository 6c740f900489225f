using System.Net;
using Microsoft.Extensions.Logging;

namespace Net.Async;

/// <summary>What the transport says to the host's log. The ids are stable.</summary>
internal static partial class TransportLog
{
    public const string Category = "Net.Async.AspNetCore";

    [LoggerMessage(1, LogLevel.Information, "Net.Async serves {EndPoint}: it is {Reason}.")]
    public static partial void Listens(this ILogger logger, string endPoint, string reason);

    [LoggerMessage(2, LogLevel.Information, "Net.Async leaves {EndPoint} to another transport: it does not know {Kind}.")]
    public static partial void Leaves(this ILogger logger, EndPoint endPoint, string kind);

    [LoggerMessage(3, LogLevel.Debug, "Connection id \"{ConnectionId}\" has ended: {Reason}. {BytesRead} bytes were received, {BytesWritten} sent.")]
    public static partial void Closed(this ILogger logger, string connectionId, string reason, long bytesRead, long bytesWritten);

    [LoggerMessage(4, LogLevel.Information, "Connection id \"{ConnectionId}\" was denied: {EndPoint} is {Decision}.")]
    public static partial void Denied(this ILogger logger, string connectionId, EndPoint? endPoint, PolicyDecision decision);
}
