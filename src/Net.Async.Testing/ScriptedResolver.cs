using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Testing;

/// <summary>A resolver with scripted answers, each after its own delay: each host and family by itself.</summary>
/// <param name="time">The clock of the delays; null for the system's.</param>
public sealed class ScriptedResolver(TimeProvider? time = null) : Resolver
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<(string Host, AddressFamily Family), Answer> _answers = new();
    private readonly ConcurrentQueue<(string Host, AddressFamily Family)> _queries = new();

    /// <summary>What was asked so far, in order.</summary>
    public IReadOnlyList<(string Host, AddressFamily Family)> Queries => [.. _queries];

    /// <summary>Sets the addresses of a host, at once; families without an address answer with none.</summary>
    /// <param name="host">The name.</param>
    /// <param name="addresses">Its addresses, in order.</param>
    /// <exception cref="ArgumentException">An address is null.</exception>
    public ScriptedResolver Add(string host, params IPAddress[] addresses)
    {
        Check(addresses);
        return Add(host, AddressFamily.InterNetwork, TimeSpan.Zero, [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork)])
            .Add(host, AddressFamily.InterNetworkV6, TimeSpan.Zero, [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6)]);
    }

    /// <summary>Sets the addresses of a host in one family.</summary>
    /// <param name="host">The name.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="delay">How long the answer takes; <see cref="Timeout.InfiniteTimeSpan"/> never answers.</param>
    /// <param name="addresses">Its addresses, in order; none for an empty answer.</param>
    /// <exception cref="ArgumentException">The family is another, or an address is null or of another family.</exception>
    public ScriptedResolver Add(string host, AddressFamily family, TimeSpan delay, params IPAddress[] addresses)
    {
        Check(addresses);
        if (addresses.FirstOrDefault(address => address.AddressFamily != family) is { } foreign)
            throw new ArgumentException($"{foreign} is no {family} address.", nameof(addresses));
        return Set(host, family, new Answer(delay, addresses, null));
    }

    /// <summary>Makes the look-ups of a host in one family fail.</summary>
    /// <param name="host">The name.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="delay">How long the failure takes.</param>
    /// <param name="error">What the look-up says.</param>
    /// <exception cref="ArgumentException">The family is another.</exception>
    public ScriptedResolver Fail(string host, AddressFamily family, TimeSpan delay, ConnectionError error = ConnectionError.HostNotFound) =>
        Set(host, family, new Answer(delay, [], error));

    /// <inheritdoc/>
    public override async ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (host, family) = (query.Host, query.Family);
        cancellationToken.ThrowIfCancellationRequested();
        _queries.Enqueue((host, family));
        if (family != AddressFamily.Unspecified)
            return new ResolveResult(await AnswerAsync(host, family, cancellationToken).ConfigureAwait(false));
        var v6 = AnswerAsync(host, AddressFamily.InterNetworkV6, cancellationToken);
        var v4 = AnswerAsync(host, AddressFamily.InterNetwork, cancellationToken);
        await ((Task)Task.WhenAll(v6, v4)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        // As a real one for both families: an error only when neither has an answer.
        if (!v6.IsCompletedSuccessfully && !v4.IsCompletedSuccessfully)
            await v6.ConfigureAwait(false);
        return new ResolveResult([.. v6.IsCompletedSuccessfully ? v6.Result : [], .. v4.IsCompletedSuccessfully ? v4.Result : []]);
    }

    private async Task<IReadOnlyList<IPAddress>> AnswerAsync(string host, AddressFamily family, CancellationToken cancellationToken)
    {
        if (!_answers.TryGetValue((host, family), out var answer))
            throw Failure(host, ConnectionError.HostNotFound);
        if (answer.Delay != TimeSpan.Zero)
            await Task.Delay(answer.Delay, _time, cancellationToken).ConfigureAwait(false);
        return answer.Error is { } error ? throw Failure(host, error) : answer.Addresses;
    }

    private static void Check(IPAddress[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        if (Array.IndexOf(addresses, null) is >= 0 and var at)
            throw new ArgumentException($"Address {at + 1} is null.", nameof(addresses));
    }

    private ScriptedResolver Set(string host, AddressFamily family, Answer answer)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            throw new ArgumentException($"The family is InterNetwork or InterNetworkV6, not {family}.", nameof(family));
        _answers[(host, family)] = answer;
        return this;
    }

    private static ConnectionException Failure(string host, ConnectionError error) =>
        new(error, $"Could not resolve {host}: {(error == ConnectionError.HostNotFound ? "the name has no address" : error)}.", new DnsEndPoint(host, 0));

    private sealed record Answer(TimeSpan Delay, IReadOnlyList<IPAddress> Addresses, ConnectionError? Error);
}
