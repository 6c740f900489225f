using System.Globalization;
using System.Text;

namespace Net.Async;

/// <summary>The attempts of a connect as a picture: a row each, a bar for the time it ran, the winner marked.</summary>
/// <param name="attempts">From <see cref="Connection.Attempts"/> or <see cref="ConnectException.Attempts"/>.</param>
public sealed class ConnectTimeline(IReadOnlyList<ConnectAttempt> attempts)
{
    private const int Width = 40;

    private readonly IReadOnlyList<ConnectAttempt> _attempts = attempts ?? throw new ArgumentNullException(nameof(attempts));

    /// <summary>One row an attempt; empty when there was none.</summary>
    public override string ToString()
    {
        if (_attempts.Count == 0)
            return "";
        var total = _attempts.Max(attempt => attempt.Started + attempt.Duration);
        var names = _attempts.Select(attempt => NetEndPoint.Format(attempt.EndPoint)).ToList();
        var column = names.Max(name => name.Length);
        var text = new StringBuilder();
        for (var i = 0; i < _attempts.Count; i++)
        {
            var attempt = _attempts[i];
            text.Append(names[i].PadRight(column)).Append(" |").Append(Bar(attempt, total)).Append("| ")
                .Append(CultureInfo.InvariantCulture, $"{attempt.Started.TotalMilliseconds,6:0} ms +{attempt.Duration.TotalMilliseconds:0} ms {Outcome(attempt)}\n");
        }

        return text.ToString();
    }

    // Waiting is blank, running is '-', and the end says how: '*' connected, 'x' failed, '.' ended for another's sake.
    private static string Bar(ConnectAttempt attempt, TimeSpan total)
    {
        var from = Column(attempt.Started, total);
        var to = Math.Max(Column(attempt.Started + attempt.Duration, total), from);
        var end = attempt.Error switch { null => '*', OperationCanceledException => '.', _ => 'x' };
        return (new string(' ', from) + new string('-', to - from) + end).PadRight(Width);
    }

    private static int Column(TimeSpan time, TimeSpan total) => total == TimeSpan.Zero ? 0 : (int)((Width - 1) * (time / total));

    private static string Outcome(ConnectAttempt attempt) => attempt.Error switch
    {
        null => "connected",
        OperationCanceledException => "cancelled",
        ConnectionException exception => exception.Error.ToString(),
        var exception => exception.GetType().Name,
    };
}
