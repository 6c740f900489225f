using Microsoft.Extensions.Logging;

namespace Net.Async;

/// <summary>What is logged of one server, under the category <c>Net.Async.Server.NAME</c>. The numbers never change; docs/hosting.md lists them.</summary>
internal sealed partial class ServerLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Whether each client is logged.</summary>
    public bool HasClients => _logger.IsEnabled(LogLevel.Debug);

    [LoggerMessage(1, LogLevel.Information, "Listening on {EndPoint}.")]
    public partial void Listening(string endPoint);

    [LoggerMessage(2, LogLevel.Information, "No more clients are accepted on {EndPoint}.")]
    public partial void Unbound(string endPoint);

    [LoggerMessage(3, LogLevel.Debug, "Accepted {Connection}.", SkipEnabledCheck = true)]
    public partial void Accepted(string connection);

    [LoggerMessage(4, LogLevel.Debug, "Closed {Connection}: {Reason}; {BytesRead} bytes read, {BytesWritten} written.", SkipEnabledCheck = true)]
    public partial void Closed(string connection, string reason, long bytesRead, long bytesWritten);

    [LoggerMessage(5, LogLevel.Debug, "Denied {RemoteEndPoint} on {EndPoint}: {Decision}.", SkipEnabledCheck = true)]
    public partial void Denied(string remoteEndPoint, string endPoint, PolicyDecision decision);

    [LoggerMessage(6, LogLevel.Debug, "Dropped {RemoteEndPoint} on {EndPoint}: the limit {Limit} is reached.", SkipEnabledCheck = true)]
    public partial void Dropped(string remoteEndPoint, string endPoint, ConnectionLimitKind limit);

    [LoggerMessage(7, LogLevel.Debug, "The upgrade of {RemoteEndPoint} on {EndPoint} failed.", SkipEnabledCheck = true)]
    public partial void UpgradeFailed(string remoteEndPoint, string endPoint, Exception exception);

    [LoggerMessage(8, LogLevel.Debug, "The limit {Limit} ends {Connection}.", SkipEnabledCheck = true)]
    public partial void LimitReached(string connection, ConnectionLimitKind limit);

    [LoggerMessage(9, LogLevel.Debug, "The peer of {Connection} has gone while its handler worked: {Error}.", SkipEnabledCheck = true)]
    public partial void PeerGone(string connection, ConnectionError error);

    [LoggerMessage(10, LogLevel.Error, "The handler of {Connection} failed, and the connection is aborted.")]
    public partial void HandlerFailed(string connection, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "Clients were turned away since the last message of this kind: {Denied} by the policy, {Dropped} by a limit, {UpgradesFailed} by a failed upgrade.")]
    public partial void TurnedAway(long denied, long dropped, long upgradesFailed);

    [LoggerMessage(12, LogLevel.Warning, "Descriptors or memory have run out, and accepting on {EndPoint} pauses.")]
    public partial void Shortage(string endPoint, Exception exception);

    [LoggerMessage(13, LogLevel.Information, "The shortage has passed, and accepting on {EndPoint} continues; {TurnedAway} clients were turned away meanwhile.")]
    public partial void ShortageEnded(string endPoint, long turnedAway);

    [LoggerMessage(14, LogLevel.Information, "Stopping: {Connections} connections are asked to finish, for at most {Limit}.")]
    public partial void Stopping(int connections, TimeSpan limit);

    [LoggerMessage(15, LogLevel.Information, "Stopped: {Finished} connections finished, {Aborted} were aborted.")]
    public partial void Stopped(int finished, int aborted);

    [LoggerMessage(16, LogLevel.Critical, "Listening failed for good.")]
    public partial void Failed(Exception exception);

    [LoggerMessage(17, LogLevel.Error, "The scope of {Connection} could not be disposed.")]
    public partial void ScopeFailed(string connection, Exception exception);

    [LoggerMessage(18, LogLevel.Information, "The configuration has changed: {Setting} is {Value} now.")]
    public partial void Reloaded(string setting, object value);

    [LoggerMessage(19, LogLevel.Warning, "The configuration has changed, and takes effect with the next start: {Settings}.")]
    public partial void NeedsRestart(string settings);

    [LoggerMessage(20, LogLevel.Error, "The configuration has changed and is wrong; the server keeps its settings. {Problem}")]
    public partial void ReloadFailed(string problem);

    [LoggerMessage(21, LogLevel.Error, "Code that listens to measurements failed.")]
    public partial void CallbackFailed(Exception exception);
}
