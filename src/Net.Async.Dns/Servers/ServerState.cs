namespace Net.Async;

/// <summary>What is remembered of one name server. Guarded by its owner's lock.</summary>
internal sealed class ServerState
{
    /// <summary>When it last answered anything; null for never.</summary>
    public long? Answered { get; set; }

    /// <summary>When it was last waited for in vain; null while it is up.</summary>
    public long? Down { get; set; }

    /// <summary>A query is on its way to find out whether it is back.</summary>
    public bool IsProbed { get; set; }

    /// <summary>It has answered a query with EDNS.</summary>
    public bool DoesEdns { get; set; }

    /// <summary>When it has refused EDNS and answered without; null when it has not.</summary>
    public long? RefusedEdns { get; set; }

    /// <summary>What is being found out about it and EDNS.</summary>
    public EdnsTrial Trial { get; set; }
}

/// <summary>The state of finding out whether a name server does EDNS.</summary>
internal enum EdnsTrial
{
    /// <summary>None is under way.</summary>
    None,

    /// <summary>A query is on its way to find out.</summary>
    UnderWay,

    /// <summary>It was silent to a query with EDNS, and is asked without next: where that is answered, something on the way drops EDNS.</summary>
    Silent,
}
