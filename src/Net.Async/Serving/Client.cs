namespace Net.Async;

/// <summary>A client that was accepted and has no connection yet.</summary>
/// <param name="Address">The server's address that it came to.</param>
/// <param name="Stream">Its transport, guarded: what the server asks and calls.</param>
/// <param name="Own">Its transport as it came: what the connection gets.</param>
internal readonly record struct Client(ServerAddress Address, TransportStream Stream, TransportStream Own)
{
    public void TurnAway(bool resets)
    {
        if (resets)
            Stream.Reset();
        else
            Stream.Close();
    }
}
