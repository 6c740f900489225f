using System.Net.Sockets;

namespace Net.Async;

/// <summary>Giving up a stream that nobody has used yet, for another process to have; and streams that go one way.</summary>
internal sealed partial class StreamConnection
{
    /// <summary>Reserves both directions, so that nothing of the stream is taken while it is passed on.</summary>
    /// <returns>The socket to pass.</returns>
    /// <exception cref="NotSupportedException">There is no socket.</exception>
    /// <exception cref="InvalidOperationException">It was used, or has ended.</exception>
    public Socket BeginDetach()
    {
        if (Socket is not { } socket)
            throw new NotSupportedException($"{Peer} is no socket, and cannot be passed to another process.");
        var problem = CloseReason is null ? _output.BeginDetach() : "has ended";
        if (problem is null && _input.BeginDetach() is { } busy)
        {
            problem = busy;
            _output.CancelDetach();
        }

        return problem is null ? socket
            : throw new InvalidOperationException($"The connection to {Peer} {problem}: only an untouched one can be passed to another process.");
    }

    /// <summary>It was not passed, and goes on here.</summary>
    public void CancelDetach()
    {
        _input.CancelDetach();
        _output.CancelDetach();
    }

    /// <summary>Another process has it: ends here in order, and the peer sees nothing of it.</summary>
    public void EndDetach()
    {
        // The addresses stay known.
        _ = (LocalEndPoint, RemoteEndPoint);
        var first = Decide(CloseReason.Clean);
        // An abort that came meanwhile has closed already.
        var release = !Interlocked.Exchange(ref _released, true);
        StopPipes();
        if (release)
        {
            SharedSocket.Leave(_stream.Socket!.SafeHandle, _stream.IsPolled);
            _stream.Close();
        }

        _output.EndDetach();
        if (first)
            Ended();
    }

    /// <summary>Leaves only the directions that there are.</summary>
    public void LimitTo(bool readable, bool writable)
    {
        if (!readable)
            _input.EndUnread();
        if (!writable)
            _output.Refuse($"The connection to {Peer} was adopted to read from: it cannot be written to.");
    }
}
