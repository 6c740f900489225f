namespace Net.Async;

/// <summary>What became of one address of a connect.</summary>
public enum ConnectOutcome
{
    /// <summary>Known, and never dialled: the connect was over before its turn, or the address cannot be used; then <see cref="ConnectAttempt.Error"/> says why.</summary>
    NotTried,

    /// <summary>Denied by the connection policy: nothing was sent there, or, where the rules changed meanwhile, the connection was closed at once.</summary>
    Denied,

    /// <summary>It had not answered when the connect ended, or had connected and nothing was established on it yet.</summary>
    NoAnswer,

    /// <summary>It failed; <see cref="ConnectAttempt.Error"/> says why.</summary>
    Failed,

    /// <summary>It has won.</summary>
    Connected,
}
