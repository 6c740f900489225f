using System.Diagnostics.Tracing;

namespace Net.Async;

/// <summary>What the library notices: one source, stable event numbers. Listen with <c>dotnet-trace --providers Net-Async</c>.</summary>
[EventSource(Name = DiagnosticNames.EventSource)]
internal sealed class NetAsyncEventSource : EventSource
{
    public static readonly NetAsyncEventSource Log = new();

    private NetAsyncEventSource()
    {
    }

    [Event(1, Level = EventLevel.Informational, Message = "Listening on {0}.")]
    public void Listening(string endPoint) => WriteEvent(1, endPoint);

    [Event(2, Level = EventLevel.Informational, Message = "Stopped listening on {0}.")]
    public void StoppedListening(string endPoint) => WriteEvent(2, endPoint);

    [Event(3, Level = EventLevel.Warning, Message = "Accepting on {0} pauses, descriptors or memory have run out: {1}")]
    public void AcceptShortage(string endPoint, string error) => WriteEvent(3, endPoint, error);

    [Event(4, Level = EventLevel.Informational, Message = "Accepting on {0} continues; {1} clients were turned away meanwhile.")]
    public void AcceptRecovered(string endPoint, long shed) => WriteEvent(4, endPoint, shed);

    [Event(5, Level = EventLevel.Error, Message = "The handler of {0} failed: {1}")]
    public void HandlerFailed(string remoteEndPoint, string error) => WriteEvent(5, remoteEndPoint, error);

    [Event(6, Level = EventLevel.Error, Message = "The error callback failed: {0}")]
    public void ErrorCallbackFailed(string error) => WriteEvent(6, error);

    [Event(7, Level = EventLevel.Error, Message = "User code that was called back failed: {0}")]
    public void CallbackFailed(string error) => WriteEvent(7, error);

    [Event(8, Level = EventLevel.Error, Message = "A connection policy failed, and its candidate was denied: {0}")]
    public void PolicyFailed(string error) => WriteEvent(8, error);

    [Event(9, Level = EventLevel.Informational, Message = "On {0} the peer {1} is {2}.")]
    public void PeerDenied(string endPoint, string peer, string decision) => WriteEvent(9, endPoint, peer, decision);

    [Event(10, Level = EventLevel.Warning, Message = "{0} would be {1}.")]
    public void WouldBeDenied(string endPoint, string decision) => WriteEvent(10, endPoint, decision);

    [Event(20, Level = EventLevel.Informational, Message = "On {0} there is no room for the client {1}.")]
    public void ClientDropped(string endPoint, string client) => WriteEvent(20, endPoint, client);

    [Event(21, Level = EventLevel.Error, Message = "The callback for dropped clients failed: {0}")]
    public void DropCallbackFailed(string error) => WriteEvent(21, error);

    [Event(22, Level = EventLevel.Warning, Message = "On {0} the upgrade of the client {1} failed: {2}")]
    public void UpgradeFailed(string endPoint, string client, string error) => WriteEvent(22, endPoint, client, error);

    [Event(40, Level = EventLevel.Informational, Message = "The connection to {0} has reached the limit {1}: {2}.")]
    public void LimitReached(string peer, string limit, string cause) => WriteEvent(40, peer, limit, cause);

    [Event(41, Level = EventLevel.Error, Message = "The farewell of a connection failed, and nothing was said: {0}")]
    public void FarewellFailed(string error) => WriteEvent(41, error);

    [Event(30, Level = EventLevel.Informational, Message = "The {0} engine serves: {1}.")]
    public void EngineChosen(string engine, string reason) => WriteEvent(30, engine, reason);
}
