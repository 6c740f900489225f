namespace Net.Async;

/// <summary>Which addresses two sets hold together. It holds none that neither of them has.</summary>
internal interface ICombination
{
    static abstract bool Holds(bool left, bool right);
}

/// <summary>What either has.</summary>
internal readonly struct Union : ICombination
{
    public static bool Holds(bool left, bool right) => left | right;
}

/// <summary>What the left has and the right has not.</summary>
internal readonly struct Without : ICombination
{
    public static bool Holds(bool left, bool right) => left & !right;
}

/// <summary>What exactly one has: the edges that only one of the lists has.</summary>
internal readonly struct Difference : ICombination
{
    public static bool Holds(bool left, bool right) => left ^ right;
}
