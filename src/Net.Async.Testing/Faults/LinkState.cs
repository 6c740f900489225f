namespace Net.Async.Testing;

/// <summary>Whether bytes may enter a link, and leave it.</summary>
internal enum LinkState
{
    Passes,
    Cut,
    Vanished,
    Dropped,
    Broken,
    Stopped,
}
