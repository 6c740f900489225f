namespace Net.Async.Testing;

/// <summary>One direction of every stream that a <see cref="FaultInjector"/> is over. Safe to use from any thread.</summary>
public sealed class FaultDirection
{
    private FaultRules? _rules;
    private volatile bool _isHeld;

    internal FaultDirection(FaultRules? rules) => _rules = rules;

    internal event Action? Released;

    internal event Action? CutOff;

    /// <summary>The rules for bytes that enter from now on, of streams that are there and of those that come. Bytes under way keep their delay.</summary>
    /// <value>Default: <see cref="FaultRules.None"/>; null while each stream has rules of its own (<see cref="FaultInjector.FromSeed"/>). Null cannot be set.</value>
    public FaultRules? Rules
    {
        get => Volatile.Read(ref _rules);
        set => Volatile.Write(ref _rules, value ?? throw new ArgumentNullException(nameof(Rules)));
    }

    /// <summary>Whether nothing passes until <see cref="Release"/>.</summary>
    public bool IsHeld => _isHeld;

    /// <summary>Lets nothing pass, neither bytes nor an end nor a reset, in streams that are there and in those that come. What is sent is held back up to the buffer's size, then the sender waits.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>Lets pass what was held back, and what comes.</summary>
    public void Release()
    {
        _isHeld = false;
        Released?.Invoke();
    }

    /// <summary>Pulls the cable of the streams that are there: nothing arrives any more, neither what is under way nor an end nor a reset. There is no way back.</summary>
    public void Cut() => CutOff?.Invoke();
}
