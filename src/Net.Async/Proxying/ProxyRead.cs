namespace Net.Async;

/// <summary>What a reader of headers says of the bytes so far.</summary>
/// <param name="Header">The header; null while it is not whole, and when it is none.</param>
/// <param name="Length">Of how many bytes it is; while it is not whole, of how many it may be at most, as far as is known.</param>
/// <param name="Problem">Why it is none, as the rest of a sentence; null when nothing is wrong so far.</param>
internal readonly record struct ProxyRead(ProxyHeader? Header, int Length, string? Problem)
{
    public static ProxyRead Whole(ProxyHeader header, int length) => new(header, length, null);

    public static ProxyRead Needs(int length) => new(null, length, null);

    public static ProxyRead Bad(string problem) => new(null, 0, problem);
}
