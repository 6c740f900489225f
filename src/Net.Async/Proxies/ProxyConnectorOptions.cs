using System.Net;

namespace Net.Async;

/// <summary>How a <see cref="ProxyConnector"/> connects through its proxy. Every value is checked where it is set.</summary>
/// <remarks>The connector copies the options: a later change has no effect on it.</remarks>
public sealed record ProxyConnectorOptions
{
    private const int MostOfACredential = 255, LeastResponse = 256, MostResponse = 1024 * 1024, MostAddresses = 64;

    /// <summary>The user at the proxy. It goes to the proxy as it is, readable by all on the way: SOCKS5 and Basic hide nothing.</summary>
    /// <value>Default: null, none; 1 to 255 bytes of UTF-8, and no colon for an HTTP proxy. With it <see cref="Password"/> must be set.</value>
    public string? UserName { get; set => field = CheckCredential(value, nameof(UserName)); }

    /// <summary>The user's password at the proxy.</summary>
    /// <value>Default: null, none; 1 to 255 bytes of UTF-8. With it <see cref="UserName"/> must be set.</value>
    public string? Password { get; set => field = CheckCredential(value, nameof(Password), isSecret: true); }

    /// <summary>Which addresses may be asked for. With a policy this side looks names up, judges every address, and gives the proxy the literal: the connector is a guard, also through a proxy that would connect anywhere.</summary>
    /// <value>Default: null: nothing is judged, and names go to the proxy as they are, which looks them up. <see cref="ConnectionPolicy.AllowAll"/> looks names up here and allows all.</value>
    public ConnectionPolicy? Policy { get; set; }

    /// <summary>Who looks names up, where <see cref="Policy"/> is set.</summary>
    /// <value>Default: <see cref="Resolver.Default"/>.</value>
    public Resolver Resolver { get; set => field = Required.Value(value); } = Resolver.Default;

    /// <summary>How many addresses of a name are asked for, one after the other, where <see cref="Policy"/> is set. Each costs a connection to the proxy.</summary>
    /// <value>Default: 4; 1 to 64.</value>
    public int MaxAddresses
    {
        get;
        set => field = value is >= 1 and <= MostAddresses ? value : throw new ArgumentOutOfRangeException(nameof(MaxAddresses), value, $"{nameof(MaxAddresses)} must be 1 to {MostAddresses}.");
    } = 4;

    /// <summary>How long everything may take: the look-up, the connect to the proxy, and its answers, over all addresses.</summary>
    /// <value>Default: 30 s; 1 ms to one day.</value>
    public TimeSpan ConnectTimeout { get; set => field = TimeBounds.Check(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>How long the head of an HTTP proxy's answer may be, in bytes, interim answers included. An answer of a SOCKS proxy has 262 bytes at most.</summary>
    /// <value>Default: 16 KiB; 256 bytes to 1 MiB.</value>
    public int MaxResponseBytes
    {
        get;
        set => field = value is >= LeastResponse and <= MostResponse ? value : throw new ArgumentOutOfRangeException(nameof(MaxResponseBytes), value, $"{nameof(MaxResponseBytes)} must be {LeastResponse} to {MostResponse}.");
    } = 16 * 1024;

    /// <summary>Gets every step of every connect beyond the proxy: the look-up, denied addresses, and each address that the proxy is asked for. Steps to the proxy itself are those of the connector that reaches it.</summary>
    /// <value>Default: null.</value>
    public IProgress<ConnectEvent>? Progress { get; set; }

    /// <summary>The clock of the time limit.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set => field = Required.Value(value); } = TimeProvider.System;

    private static string? CheckCredential(string? value, string name, bool isSecret = false)
    {
        if (value is null || System.Text.Encoding.UTF8.GetByteCount(value) is >= 1 and <= MostOfACredential)
            return value;
        // A password is in no message.
        throw new ArgumentOutOfRangeException(name, isSecret ? null : value, $"{name} must be null, or 1 to {MostOfACredential} bytes of UTF-8.");
    }
}
