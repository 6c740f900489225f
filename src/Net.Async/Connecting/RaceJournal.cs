using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The clock of one connect, and who is told of its steps.</summary>
internal sealed class RaceJournal(HappyEyeballsOptions options, EndPoint host)
{
    private readonly long _start = options.TimeProvider.GetTimestamp();

    public TimeSpan Now => options.TimeProvider.GetElapsedTime(_start);

    public void Tell(ConnectEventKind kind, AddressFamily family, Exception? error) =>
        Tell(new ConnectEvent(kind, Now, host, family, null, error));

    public void Tell(ConnectEventKind kind, EndPoint endPoint, Exception? error) =>
        Tell(new ConnectEvent(kind, Now, host, AddressFamily.Unspecified, endPoint, error));

    private void Tell(ConnectEvent step)
    {
        try
        {
            options.Progress?.Report(step);
        }
        catch (Exception exception)
        {
            // A listener's mistake is no reason not to connect.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }
}
