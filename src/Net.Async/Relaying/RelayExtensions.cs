namespace Net.Async;

/// <summary>Relays between two connections.</summary>
public static class RelayExtensions
{
    /// <summary>Passes on what each peer sends to the other one, until both have ended.</summary>
    /// <remarks>
    /// <para>The two directions do not wait for each other. The end of one peer's direction is passed on behind its last byte, and the other direction continues.
    /// A failure of either connection aborts the other one, so that no peer reads a clean end behind missing bytes.</para>
    /// <para>What the inputs hold and the outputs have not flushed at the call goes first. Afterwards both connections have ended; they stay the caller's, who disposes them.</para>
    /// <para>Both need <see cref="CloseOptions.AllowHalfOpen"/>, which is the default.</para>
    /// </remarks>
    /// <param name="connection">One connection. No read and no flush may be under way, on either.</param>
    /// <param name="other">The other one.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <param name="cancellationToken">Aborts both connections. For a relay that a server's stop should let finish, pass none: the stop's deadline aborts what is left.</param>
    /// <returns>What was passed on, and what has ended it: peers that reset are no exception here.</returns>
    /// <exception cref="ArgumentNullException">A connection is null.</exception>
    /// <exception cref="ArgumentException">Both are the same.</exception>
    /// <exception cref="InvalidOperationException">A read or a flush was under way, or a side was completed; both connections are aborted.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. At the call nothing has happened; later both connections are aborted.</exception>
    public static Task<RelayResult> RelayAsync(this Connection connection, Connection other, RelayOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(connection, other))
            throw new ArgumentException("A connection cannot be relayed to itself; to echo, copy its Input to its Output.", nameof(other));
        cancellationToken.ThrowIfCancellationRequested();
        return new Relay(connection, other).RunAsync(options, cancellationToken);
    }
}
