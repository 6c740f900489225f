using System.Net;
using System.Net.Sockets;

namespace Net.Async;

// What a connect is checked for, and what it races to.
public sealed partial class HappyEyeballsConnector
{
    private Task<(RaceAttempt Winner, IReadOnlyList<ConnectAttempt> Attempts)> RunAsync(EndPoint endPoint, Establish? establish, CancellationToken cancellationToken)
    {
        var lifetime = _options.Connection.AbortToken;
        lifetime.ThrowIfCancellationRequested();
        return lifetime.CanBeCanceled ? RunWithinAsync(endPoint, establish, lifetime, cancellationToken) : RunJournaledAsync(endPoint, establish, cancellationToken);
    }

    private async Task<(RaceAttempt Winner, IReadOnlyList<ConnectAttempt> Attempts)> RunWithinAsync(EndPoint endPoint, Establish? establish, CancellationToken lifetime, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime);
        try
        {
            return await RunJournaledAsync(endPoint, establish, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The caller's token has the caller's name on it.
            cancellationToken.ThrowIfCancellationRequested();
            throw new OperationCanceledException(lifetime);
        }
    }

    private async Task<(RaceAttempt Winner, IReadOnlyList<ConnectAttempt> Attempts)> RunJournaledAsync(EndPoint endPoint, Establish? establish, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var journal = new RaceJournal(_options, endPoint);
        try
        {
            var run = new RaceRun(OptionsFor(endPoint), _memory.Timers, GoalOf(endPoint, journal), journal, establish);
            var winner = await run.RunAsync(cancellationToken).ConfigureAwait(false);
            journal.Connected(winner.EndPoint, winner.Number);
            return (winner, run.Attempts);
        }
        catch (Exception exception)
        {
            journal.Failed(exception);
            throw;
        }
    }

    // The certificate has to have the host's name, unless another one was set.
    private HappyEyeballsOptions OptionsFor(EndPoint endPoint)
    {
        if (_options.Tls is not { TargetHost: null } tls)
            return _options;
        var host = endPoint switch
        {
            DnsEndPoint name => name.Host.TrimEnd('.'),
            IPEndPoint ip => ip.Address.ToString(),
            _ => throw new InvalidOperationException($"{NetEndPoint.Format(endPoint)} has no host's name: set {nameof(TlsClientOptions.TargetHost)}, which the server's certificate must have."),
        };
        return _options with { Tls = tls with { TargetHost = host } };
    }

    private RaceGoal GoalOf(EndPoint endPoint, RaceJournal journal)
    {
        CheckFamily(endPoint);
        if (!HasLocalAddressFor(endPoint))
            throw NoLocalAddress(endPoint);
        return endPoint is DnsEndPoint name ? new NameGoal(_options, _memory, name, journal) : new LiteralGoal(_options, _memory.Nat64, endPoint, journal);
    }

    private bool HasLocalAddressFor(EndPoint endPoint) => endPoint switch
    {
        _ when _options.Addresses.LocalAddresses.Count == 0 => true,
        DnsEndPoint name => new RaceTarget(name).Families(_options, _options.Addresses.PreferredFamily, static _ => true).AtOnce.Length > 0,
        IPEndPoint ip => _options.Addresses.LocalAddressOf(ip.AddressFamily) is not null,
        _ => true,
    };

    private void CheckFamily(EndPoint endPoint)
    {
        if (endPoint is DnsEndPoint or IPEndPoint && _options.Addresses.Family != AddressFamily.Unspecified && endPoint.AddressFamily != AddressFamily.Unspecified && endPoint.AddressFamily != _options.Addresses.Family)
        {
            throw new ConnectionException(ConnectionError.AddressFamilyNotSupported,
                $"Could not connect to {NetEndPoint.Format(endPoint)}: {nameof(AddressSelectionOptions.Family)} allows {_options.Addresses.Family} only.", endPoint);
        }
    }

    private static ConnectionException NoLocalAddress(EndPoint endPoint) => new(ConnectionError.AddressNotAvailable,
        $"Could not connect to {NetEndPoint.Format(endPoint)}: no address of its family is among {nameof(AddressSelectionOptions.LocalAddresses)}.", endPoint);
}
