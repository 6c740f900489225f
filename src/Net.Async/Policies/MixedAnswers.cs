namespace Net.Async;

/// <summary>What becomes of a name of which only some addresses are allowed.</summary>
public enum MixedAnswers
{
    /// <summary>The allowed addresses are tried, the others never.</summary>
    Filter,

    /// <summary>One denied address denies the name: whoever answers for it is not to be trusted with the others.</summary>
    Fail,
}
