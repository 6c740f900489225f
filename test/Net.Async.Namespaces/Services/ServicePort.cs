namespace Net.Async.Namespaces;

/// <summary>The ports that every address serves.</summary>
public static class ServicePort
{
    /// <summary>Answers each request with the greeting.</summary>
    public const int Http = 80;

    /// <summary>Greets with <c>OK</c> and the address, then echoes.</summary>
    public const int Echo = 8080;

    /// <summary>Accepts, then resets.</summary>
    public const int Reset = 8081;

    /// <summary>Accepts, then says nothing.</summary>
    public const int Silent = 8082;

    /// <summary>As <see cref="Echo"/> in TLS; <see cref="Label.StallsInTls"/> accepts and says nothing.</summary>
    public const int Tls = 8443;
}
