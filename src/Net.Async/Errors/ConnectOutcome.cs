namespace Net.Async;

/// <summary>The outcome of one address of a connect.</summary>
public enum ConnectOutcome
{
    /// <summary>Never dialled: the connect ended before its turn, or the address cannot be used; then <see cref="ConnectAttempt.Error"/> says why.</summary>
    NotTried,

    /// <summary>Denied by the connection policy: nothing was sent there, or, where the rules changed meanwhile, the connection was closed at once.</summary>
    Denied,

    /// <summary>It had not answered when the connect ended, or had connected and nothing was established on it yet.</summary>
    NoAnswer,

    /// <summary>It failed; <see cref="ConnectAttempt.Error"/> says why.</summary>
    Failed,

    /// <summary>It connected, and became the connection.</summary>
    Connected,
}
