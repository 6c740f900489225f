namespace Net.Async;

/// <summary>What an open descriptor is, as far as it matters here.</summary>
internal enum DescriptorKind
{
    Socket,
    Pipe,
    File,
    Directory,
    Device,
    Other,
}
