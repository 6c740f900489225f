namespace Net.Async;

/// <summary>What a proxy says to one target.</summary>
/// <param name="Error">Null when it has connected.</param>
/// <param name="Problem">What it says, for a message.</param>
internal readonly record struct ProxyAnswer(ConnectionError? Error, string Problem)
{
    public static ProxyAnswer Connected => new(null, "");

    public bool IsConnected => Error is null;
}
