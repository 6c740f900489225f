using System.Net.Sockets;

namespace Net.Async;

/// <summary>Giving the transport away: to another process while it is untouched, or to another protocol on top of it; and streams that go one way.</summary>
internal sealed partial class StreamConnection
{
    private TransportTransfer Transfer => new(_input.Call, _output.Call);

    // The limits end with the connection.
    private TransportStream Bare => (_lifetime.Stream as PacedTransport)?.Measured ?? _lifetime.Stream;

    /// <summary>Reserves both directions, so that nothing of the stream is taken while it is passed on.</summary>
    /// <returns>The socket to pass.</returns>
    /// <exception cref="NotSupportedException">There is no socket.</exception>
    /// <exception cref="InvalidOperationException">It was used, or has ended.</exception>
    public Socket PrepareTransfer() => Transfer.Reserve(_lifetime, Bare);

    /// <summary>It was not passed, and continues here.</summary>
    public void CancelTransfer() => Transfer.Cancel();

    /// <summary>Another process has it: ends here in order, and the peer sees nothing of it.</summary>
    public void CompleteTransfer() => Transfer.Leave(_lifetime);

    public override DetachedTransport DetachTransport() => Transfer.Take(_lifetime, Bare);

    /// <summary>Takes the transport out, for a connection that is to stand in this one's place. <see cref="CompleteSuccession"/> or <see cref="Succession.Fail"/> follows.</summary>
    public Succession BeginSuccession()
    {
        var succession = new Succession(this, _owner, _lifetime.Options.AbortToken);
        if (Interlocked.CompareExchange(ref _succession, succession, null) is not null)
            throw new InvalidOperationException($"The connection to {_lifetime.Peer} has given its transport away.");
        try
        {
            succession.Take(DetachTransport());
            return succession;
        }
        catch
        {
            _succession = null;
            if (CloseReason is not null)
                _owner?.OnClosed(this);
            throw;
        }
    }

    /// <summary>Makes and starts the connection that stands in this one's place.</summary>
    public Connection CompleteSuccession(Succession succession, TransportStream stream)
    {
        // What is decorated stays so, below.
        var successor = new StreamConnection(stream, _lifetime.Options with { Decorate = null }, succession.Server, Attempts);
        succession.Settle(successor);
        successor.Start();
        return successor;
    }

    /// <summary>Leaves only the directions that there are.</summary>
    public void DisableDirections(bool readable, bool writable)
    {
        if (!readable)
            _input.MarkUnreadable();
        if (!writable)
            _output.Disable();
    }
}
