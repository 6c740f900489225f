namespace Net.Async;

/// <summary>Which directions of a connection are still open.</summary>
public enum ConnectionState
{
    /// <summary>Both directions.</summary>
    Open,

    /// <summary>The output has ended (our FIN is sent); the peer may go on.</summary>
    ReadOnly,

    /// <summary>The input has ended (the peer's FIN was seen); we may go on.</summary>
    WriteOnly,

    /// <summary>Neither.</summary>
    Closed,
}
