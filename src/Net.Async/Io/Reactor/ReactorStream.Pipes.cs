namespace Net.Async;

/// <summary>Receiving into a pipe of the kernel's, and sending from one.</summary>
internal sealed partial class ReactorStream : IPipedStream
{
    bool IPipedStream.CanPipe => IsTcp;

    // It never counts as a short receive: the pipe may have been full before the socket was empty.
    TransportResult IPipedStream.TryReceive(KernelPipe pipe) => Receive(default, 0, pipe);

    TransportResult IPipedStream.TrySend(KernelPipe pipe)
    {
        Writable.ClearReadiness();
        BeginSend();
        return EndSend(_descriptor.Drain(pipe));
    }
}
