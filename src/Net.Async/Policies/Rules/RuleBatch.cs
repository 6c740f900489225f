namespace Net.Async;

/// <summary>Rules of both families on their way into a list, all of them at once.</summary>
/// <param name="remembersRules">False keeps what the rules cover only, and so the memory within what that takes.</param>
internal sealed class RuleBatch(bool remembersRules)
{
    private readonly RuleBuffer<uint> _ipv4 = new(remembersRules);
    private readonly RuleBuffer<UInt128> _ipv6 = new(remembersRules);

    /// <summary>How many rules have been added.</summary>
    public int Count { get; private set; }

    public void Add(IPRule rule, int preset = 0)
    {
        if (rule.IsIPv4)
        {
            _ipv4.Add(new Rule<uint>(new((uint)rule.Start, (uint)rule.End), rule.Kind, preset, Count));
        }
        else
        {
            var interval = new Interval<UInt128>(rule.Start, rule.End);
            _ipv6.Add(new Rule<UInt128>(interval, rule.Kind, preset, Count));
            if (interval.Fold() is { } mapped)
                _ipv4.Add(new Rule<uint>(mapped, IPRuleKind.Shadow, preset, Count));
        }

        Count++;
    }

    /// <summary>The sorted edges of what is covered.</summary>
    public (uint[] IPv4, UInt128[] IPv6) Edges() => (_ipv4.Edges(), _ipv6.Edges());

    /// <summary>The rules of both families, numbered from the given one on. The batch is used up.</summary>
    public (ArraySegment<Rule<uint>> IPv4, ArraySegment<Rule<UInt128>> IPv6) Take(long firstSequence) => (_ipv4.Take(firstSequence), _ipv6.Take(firstSequence));
}
