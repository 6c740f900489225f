namespace Net.Async;

/// <summary>The event source hears "listening" first and "stopped listening" last, whichever threads start and stop the server, and neither of one that was never started.</summary>
public abstract partial class Server
{
    private bool _toldListening;
    private bool _stopIsToTell;

    // Listeners of the event source run in here, and may stop the server: no lock is held.
    private void TellListening()
    {
        foreach (var endPoint in LocalEndPoints)
            NetAsyncEventSource.Log.Listening(NetEndPoint.Format(endPoint));
        lock (_lock)
        {
            _toldListening = true;
            if (!_stopIsToTell)
                return;
        }

        WriteStopped();
    }

    private void TellStoppedListening()
    {
        lock (_lock)
        {
            if (!_started)
                return;
            // The starting thread is still at it, and writes both.
            if (!_toldListening)
            {
                _stopIsToTell = true;
                return;
            }
        }

        WriteStopped();
    }

    private void WriteStopped()
    {
        foreach (var endPoint in LocalEndPoints)
            NetAsyncEventSource.Log.StoppedListening(NetEndPoint.Format(endPoint));
    }
}
