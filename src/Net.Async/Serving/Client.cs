namespace Net.Async;

/// <summary>A client that was accepted and has no connection yet.</summary>
/// <param name="Address">The server's address that it came to.</param>
/// <param name="Stream">Its transport, guarded: what the server asks and calls.</param>
/// <param name="Own">Its transport as it came: what the connection gets.</param>
internal readonly record struct Client(ServerAddress Address, TransportStream Stream, TransportStream Own)
{
    private const int MostReceives = 4;

    /// <summary>Sends a line without a wait: what the transport does not take at once is lost.</summary>
    public void Say(ReadOnlyMemory<byte> line)
    {
        if (line.IsEmpty)
            return;
        // What the client has sent is taken first: unread bytes would turn the close into a reset, which destroys the line.
        Span<byte> received = stackalloc byte[Farewell.MaxLength];
        for (var i = 0; i < MostReceives && Stream.TryReceive(received).Count > 0; i++)
        {
        }

        Stream.TrySend(line.Span);
    }

    public void TurnAway(bool resets)
    {
        if (resets)
            Stream.Reset();
        else
            Stream.Close();
    }
}
