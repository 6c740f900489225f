using System.Globalization;
using System.Text;

namespace Net.Async;

/// <summary>The addresses of a connect as a picture: a row each, a bar for the time that its attempt ran, the winner marked.</summary>
/// <param name="attempts">From <see cref="Connection.Attempts"/> or <see cref="ConnectionException.Attempts"/>.</param>
public sealed class ConnectTimeline(IReadOnlyList<ConnectAttempt> attempts)
{
    private const int Width = 40;

    private readonly IReadOnlyList<ConnectAttempt> _attempts = Check(attempts);

    /// <summary>One row an address; empty when there was none.</summary>
    public override string ToString()
    {
        if (_attempts.Count == 0)
            return "";
        var total = _attempts.Max(attempt => attempt.StartedAfter + attempt.Duration);
        var names = _attempts.Select(attempt => NetEndPoint.Format(attempt.EndPoint)).ToList();
        var column = names.Max(name => name.Length);
        var text = new StringBuilder();
        for (var i = 0; i < _attempts.Count; i++)
        {
            var attempt = _attempts[i];
            text.Append(names[i].PadRight(column)).Append(" |").Append(Bar(attempt, total)).Append("| ")
                .Append(CultureInfo.InvariantCulture, $"{attempt.StartedAfter.TotalMilliseconds,6:0} ms +{attempt.Duration.TotalMilliseconds:0} ms {Outcome(attempt)}\n");
        }

        return text.ToString();
    }

    private static IReadOnlyList<ConnectAttempt> Check(IReadOnlyList<ConnectAttempt> attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        for (var i = 0; i < attempts.Count; i++)
        {
            if (attempts[i] is null)
                throw new ArgumentException($"Attempt {i + 1} is null.", nameof(attempts));
        }

        return attempts;
    }

    // Waiting is blank, running is '-', and the end says how: '*' connected, 'x' failed or denied, '.' no answer so far. What was not tried is blank.
    private static string Bar(ConnectAttempt attempt, TimeSpan total)
    {
        var from = Column(attempt.StartedAfter, total);
        var to = Math.Max(Column(attempt.StartedAfter + attempt.Duration, total), from);
        var end = attempt.Outcome switch { ConnectOutcome.Connected => '*', ConnectOutcome.NoAnswer => '.', ConnectOutcome.NotTried => ' ', _ => 'x' };
        return (new string(' ', from) + new string('-', to - from) + end).PadRight(Width);
    }

    private static int Column(TimeSpan time, TimeSpan total) => total == TimeSpan.Zero ? 0 : (int)((Width - 1) * (time / total));

    private static string Outcome(ConnectAttempt attempt) => attempt.Outcome switch
    {
        ConnectOutcome.Connected => "connected",
        ConnectOutcome.NoAnswer => attempt.IsReached ? "not established" : "no answer",
        ConnectOutcome.NotTried => "not tried",
        ConnectOutcome.Denied => "denied",
        _ => (attempt.Error as ConnectionException)?.Error.ToString() ?? attempt.Error?.GetType().Name ?? "failed",
    };
}
