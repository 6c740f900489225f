namespace Net.Async;

/// <summary>What happens to a client that is no trusted proxy.</summary>
public enum ProxyUntrustedMode
{
    /// <summary>It is refused: its upgrade fails with <see cref="ConnectionError.Denied"/>, and nothing of it is read.</summary>
    Refuse,

    /// <summary>It is served as a client of its own: no header is looked for, and the bytes of one that it sends reach the handler as what they are, data.</summary>
    ServeWithoutHeader,
}
