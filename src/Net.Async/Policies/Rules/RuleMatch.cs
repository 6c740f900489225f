namespace Net.Async;

/// <summary>Why an address is held.</summary>
/// <param name="Rule">The oldest rule that covers it.</param>
/// <param name="Preset">The preset that the rule comes from.</param>
internal readonly record struct RuleMatch(IPRule Rule, IPPreset? Preset);
