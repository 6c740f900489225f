namespace Net.Async;

public abstract partial class Server
{
    private readonly CancellationTokenSource _calledOff = Unwatched.NewSource();

    /// <summary>Another process may accept on the same socket: what this one does to stop must not be felt there.</summary>
    private protected virtual bool IsShared => false;

    // A client that is just being accepted is served: nobody else would get it. The others stay in the queue for the other process.
    private Task LeaveSharedAsync() => IsShared ? _accepts.LeaveAsync(CallOff) : Task.CompletedTask;

    private void CallOff()
    {
        _calledOff.CancelUnwatched();
        // An accept may wait for room, which this server will never need.
        TellIfRoom();
    }
}
