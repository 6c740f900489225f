using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Decides by lists of addresses: always-deny over allow over deny over the default, compiled to one look-up.</summary>
/// <remarks>
/// The lists may change while it is in use: the next candidate is judged by them as they are then. A change costs one pass over the lists; change a large one in one step.
/// Judging allocates nothing while it allows. The rule is looked for only when it denies.
/// </remarks>
public sealed class RulePolicy : ConnectionPolicy
{
    private readonly RulePolicyOptions _options;
    private readonly Nat64Prefix[] _named;
    private readonly SocketDirectories _directories;
    private volatile CompiledRules _compiled;

    /// <summary>Makes a policy.</summary>
    /// <param name="options">Its rules.</param>
    public RulePolicy(RulePolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // The lists are the caller's, which may change them; the switches are not.
        _options = options = options with { };
        _named = [.. options.Nat64Prefixes.Select(static network => new Nat64Prefix(network))];
        _directories = new SocketDirectories(options.AllowedSocketDirectories);
        _compiled = new CompiledRules(options);
    }

    /// <inheritdoc/>
    public override DeniedAnswerMode DeniedAnswers => _options.DeniedAnswers;

    internal override bool UnwrapsIPv4 => true;

    /// <inheritdoc/>
    /// <returns>Denied with the rule's words, the one of the address itself or of the IPv4 address inside it; an end point of an unknown kind is denied.</returns>
    public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => candidate.Required switch
    {
        IPEndPoint ip => candidate.Direction == ConnectionDirection.Outbound && _options.EvaluateEmbeddedIPv4 ? JudgeDestination(ip.Address.Fold().Unscoped()) : Judge(ip.Address.Fold()),
        _ when candidate.Direction == ConnectionDirection.Inbound => PolicyDecision.Allow(),
        UnixDomainSocketEndPoint or NamedPipeEndPoint when _options.AllowLocalSockets => PolicyDecision.Allow(),
        UnixDomainSocketEndPoint unix when _directories.Contain(unix) => PolicyDecision.AllowIn(_directories),
        UnixDomainSocketEndPoint or NamedPipeEndPoint => PolicyDecision.Deny("the rule for local sockets"),
        _ => PolicyDecision.Deny("an unknown kind of end point"),
    };

    private CompiledRules Rules
    {
        get
        {
            var compiled = _compiled;
            if (!compiled.IsCurrent)
                _compiled = compiled = new CompiledRules(_options);
            return compiled;
        }
    }

    private PolicyDecision Judge(IPAddress address) => Rules.Judge(AddressBits.Of(address));

    private PolicyDecision JudgeDestination(IPAddress address)
    {
        var rules = Rules;
        var named = Nat64Prefix.Of(_named, address);
        var isTranslator = named is not null || (_options.TrustWellKnownNat64 && Nat64Prefix.WellKnown.Network.Contains(address));
        var stated = isTranslator ? rules.JudgeTranslator(AddressBits.Of(address), named) : rules.Judge(AddressBits.Of(address));
        if (stated is { IsAllowed: false } closed)
            return closed;
        var reached = ReachedAddresses.Of(address, _named, everyForm: true);
        for (var i = 0; i < reached.Count; i++)
        {
            var inner = rules.Judge(AddressBits.Of(reached[i]));
            if (!inner.IsAllowed)
                return inner;
            stated ??= inner;
        }

        return stated!.Value;
    }
}
