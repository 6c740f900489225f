namespace Net.Async;

/// <summary>What happens to a name when only some of its addresses are allowed.</summary>
public enum DeniedAnswerMode
{
    /// <summary>The allowed addresses are tried, the others never.</summary>
    Filter,

    /// <summary>One denied address denies the name: a name server that gives a denied address is not trusted with the others.</summary>
    Fail,
}
