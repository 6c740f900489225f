using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Which way a connect goes: a race for a name, one attempt for everything else, a translator for IPv4 without a route.</summary>
public sealed partial class HappyEyeballsConnector
{
    private async Task<(RaceAttempt Winner, IReadOnlyList<ConnectAttempt> Attempts)> RunAsync(EndPoint endPoint, Establish? establish, CancellationToken cancellationToken)
    {
        var lifetime = _options.Connection.Lifetime;
        lifetime.ThrowIfCancellationRequested();
        if (!lifetime.CanBeCanceled)
            return await RunJournaledAsync(endPoint, establish, cancellationToken).ConfigureAwait(false);
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
            var outcome = endPoint is DnsEndPoint name
                ? await RaceAsync(new RaceTarget(name), journal, establish, cancellationToken).ConfigureAwait(false)
                : await DirectAsync(endPoint, journal, establish, cancellationToken).ConfigureAwait(false);
            journal.Connected(outcome.Winner.EndPoint, outcome.Winner.Number);
            return outcome;
        }
        catch (Exception exception)
        {
            journal.Failed(exception);
            throw;
        }
    }

    private async Task<(RaceAttempt Winner, IReadOnlyList<ConnectAttempt> Attempts)> RaceAsync(RaceTarget target, RaceJournal journal, Establish? establish, CancellationToken cancellationToken)
    {
        CheckFamily(target.Name);
        if (target.Families(_options, _options.PreferredFamily, static _ => true).AtOnce.Length == 0)
            throw NoLocalAddress(target.Name);
        var run = new RaceRun(_options, _memory, target, journal, establish);
        return (await run.RunAsync(cancellationToken).ConfigureAwait(false), run.Attempts);
    }

    private async Task<(RaceAttempt Winner, IReadOnlyList<ConnectAttempt> Attempts)> DirectAsync(EndPoint endPoint, RaceJournal journal, Establish? establish, CancellationToken cancellationToken)
    {
        if (endPoint is IPEndPoint ip)
        {
            CheckFamily(ip);
            if (_options.LocalAddresses.Count > 0 && _options.LocalAddressOf(ip.AddressFamily) is null)
                throw NoLocalAddress(ip);
        }

        var run = new DirectRun(_options, _memory.Timers, new PolicyGate(_options.Policy, null, _memory.Nat64), endPoint, journal, establish);
        try
        {
            return (await run.RunAsync(cancellationToken).ConfigureAwait(false), run.Attempts);
        }
        catch (ConnectionException exception) when (exception.Error is ConnectionError.NetworkUnreachable or ConnectionError.HostUnreachable
            && endPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetwork } && _memory.Nat64.IsNeeded)
        {
            var literal = (IPEndPoint)endPoint;
            return await RaceAsync(new RaceTarget(new DnsEndPoint(literal.Address.ToString(), literal.Port), literal.Address), journal, establish, cancellationToken).ConfigureAwait(false);
        }
    }

    private void CheckFamily(EndPoint endPoint)
    {
        if (_options.Family != AddressFamily.Unspecified && endPoint.AddressFamily != AddressFamily.Unspecified && endPoint.AddressFamily != _options.Family)
        {
            throw new ConnectionException(ConnectionError.AddressFamilyNotSupported,
                $"Could not connect to {NetEndPoint.Format(endPoint)}: {nameof(HappyEyeballsOptions.Family)} allows {_options.Family} only.", endPoint);
        }
    }

    private static ConnectionException NoLocalAddress(EndPoint endPoint) => new(ConnectionError.AddressNotAvailable,
        $"Could not connect to {NetEndPoint.Format(endPoint)}: no address of its family is among {nameof(HappyEyeballsOptions.LocalAddresses)}.", endPoint);
}
