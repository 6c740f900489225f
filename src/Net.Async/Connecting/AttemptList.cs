using System.Collections;

namespace Net.Async;

/// <summary>The attempts that a connection shows: none while its race runs, all at once afterwards.</summary>
internal sealed class AttemptList : IReadOnlyList<ConnectAttempt>
{
    private volatile IReadOnlyList<ConnectAttempt> _attempts = [];

    public int Count => _attempts.Count;

    public ConnectAttempt this[int index] => _attempts[index];

    public void Set(IEnumerable<RaceAttempt> attempts) => _attempts = [.. attempts.Select(static attempt => attempt.ToConnectAttempt())];

    public IEnumerator<ConnectAttempt> GetEnumerator() => _attempts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
