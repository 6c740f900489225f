using System.Collections;

namespace Net.Async;

/// <summary>The addresses that a connection shows: none while its race runs, all at once afterwards.</summary>
internal sealed class AttemptList : IReadOnlyList<ConnectAttempt>
{
    private volatile IReadOnlyList<ConnectAttempt> _attempts = [];

    public int Count => _attempts.Count;

    public ConnectAttempt this[int index] => _attempts[index];

    public void Set(IReadOnlyList<ConnectAttempt> attempts) => _attempts = attempts;

    public IEnumerator<ConnectAttempt> GetEnumerator() => _attempts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
