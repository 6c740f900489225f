using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>How <see cref="ListenRetry"/> waits for an address. Every value is checked where it is set.</summary>
public sealed record ListenRetryOptions
{
    private static readonly ReadOnlyCollection<ConnectionError> s_thatPass =
        Array.AsReadOnly([ConnectionError.AddressInUse, ConnectionError.AddressNotAvailable, ConnectionError.ResourceShortage]);

    /// <summary>How often listening is tried at most, the first time included.</summary>
    /// <value>Default: 30, which is half a minute; 1 (never again) to 100,000.</value>
    public int MaxAttempts { get; set => field = Bounds.Check(value, 1, 100_000); } = 30;

    /// <summary>How long to wait before the next attempt.</summary>
    /// <value>Default: 1 s, as in the example of Node's <c>server.listen</c>; 1 ms to 1 h.</value>
    public TimeSpan Delay { get; set => field = Bounds.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), "1 ms to 1 h"); } = TimeSpan.FromSeconds(1);

    /// <summary>Which errors are waited for to pass; every other one ends it at once.</summary>
    /// <value>
    /// Default: <see cref="ConnectionError.AddressInUse"/>. There are two more: <see cref="ConnectionError.AddressNotAvailable"/>, for an address that the machine
    /// is still to be given, and <see cref="ConnectionError.ResourceShortage"/>.
    /// </value>
    public IReadOnlyList<ConnectionError> Errors { get; set => field = CheckErrors(value); } = Array.AsReadOnly([ConnectionError.AddressInUse]);

    /// <summary>Gets every failure that another attempt will follow, before the wait. It must not throw; what it throws ends the listen.</summary>
    /// <value>Default: null.</value>
    public IProgress<ConnectionException>? Retrying { get; set; }

    /// <summary>The clock of the waits.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    private static ReadOnlyCollection<ConnectionError> CheckErrors(IReadOnlyList<ConnectionError> value, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(value, name);
        // Copied: what the caller's list becomes later was not checked.
        ConnectionError[] errors = [.. value.Distinct()];
        foreach (var error in errors)
        {
            if (!s_thatPass.Contains(error))
                throw new ArgumentOutOfRangeException(name, error, $"{name} that pass are {string.Join(", ", s_thatPass)}.");
        }

        return Array.AsReadOnly(errors);
    }
}
