using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One connect through a proxy: its clock, what it tells, and the errors that it ends with.</summary>
internal sealed class ProxyRun(ProxyConnectorOptions options, EndPoint endPoint, EndPoint proxy)
{
    private readonly long _since = options.TimeProvider.GetTimestamp();
    private readonly List<ConnectAttempt> _attempts = [];
    private ProxyAnswer _last;
    private EndPoint? _target;
    private TimeSpan _started;

    public EndPoint EndPoint => endPoint;

    private TimeSpan Now => options.TimeProvider.GetElapsedTime(_since);

    private string Where => $"Could not connect to {NetEndPoint.Format(endPoint)} through the proxy {NetEndPoint.Format(proxy)}";

    /// <summary>The proxy is about to be asked for a target.</summary>
    public void Begin(EndPoint target)
    {
        (_target, _started) = (target, Now);
        Tell(ConnectEventKind.AttemptStarted, target, null);
    }

    /// <summary>The proxy has answered.</summary>
    public void End(ProxyAnswer answer)
    {
        _last = answer;
        if (answer.IsConnected)
            Tell(ConnectEventKind.Connected, _target, null);
        else
            Note(new ConnectionException(answer.Error!.Value, $"{Where}: {answer.Problem}.", _target));
    }

    /// <summary>A step of the look-up.</summary>
    public void Tell(ConnectEventKind kind, EndPoint? target, Exception? error, AddressFamily family = AddressFamily.Unspecified)
    {
        try
        {
            options.Progress?.Report(new ConnectEvent(kind, Now, endPoint, family, target, error));
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }

    /// <summary>The proxy could not be reached, or did not speak its protocol.</summary>
    public ConnectionException Failed(ConnectionException cause)
    {
        var failure = Error(cause.Error, $"{Where}: {Lowered(cause.Message.TrimEnd('.'))}.", cause);
        Note(failure);
        return failure;
    }

    /// <summary>The proxy refused every target: the last answer leads.</summary>
    public ConnectionException Refused() => Error(_last.Error ?? ConnectionError.Unknown, $"{Where}: {_last.Problem}.", null);

    public ConnectionException TimedOut() => Error(ConnectionError.TimedOut, FormattableString.Invariant($"{Where}: timed out after {options.ConnectTimeout.TotalSeconds} s."), null);

    private ConnectionException Error(ConnectionError error, string message, Exception? cause) => new(error, message, endPoint, cause) { Attempts = [.. _attempts] };

    private void Note(ConnectionException error)
    {
        _attempts.Add(new ConnectAttempt(_target ?? endPoint, ConnectOutcome.Failed, _started, Now - _started, error) { Kind = error.Error });
        Tell(ConnectEventKind.AttemptFailed, _target, error);
    }

    private static string Lowered(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
