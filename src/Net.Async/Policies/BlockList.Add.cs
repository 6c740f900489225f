using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async;

public sealed partial class BlockList
{
    /// <summary>Adds an address.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <returns>False when the same rule was there already.</returns>
    public bool AddAddress(IPAddress address) => Add(IPRule.OfAddress(Bits(address)));

    /// <inheritdoc cref="AddAddress(IPAddress)"/>
    /// <exception cref="FormatException">The text is not an address: four decimal numbers, or RFC 4291, with or without a scope.</exception>
    public bool AddAddress(string address) => Add(IPRule.OfAddress(Bits(address)));

    /// <summary>Adds many addresses in one step, which is much faster than one call for each.</summary>
    /// <param name="addresses">IPv4 or IPv6.</param>
    /// <exception cref="ArgumentException">One of them is null; none has been added.</exception>
    public void AddAddresses(IEnumerable<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var batch = new RuleBatch(RememberRules);
        foreach (var address in addresses)
            batch.Add(IPRule.OfAddress(AddressBits.Of(address ?? throw new ArgumentException($"Address {batch.Count + 1} is null.", nameof(addresses)))));
        Change(snapshot => snapshot.Add(batch));
    }

    /// <summary>Adds many IPv4 addresses in one step.</summary>
    /// <param name="addresses">Each as a number: 192.0.2.1 is 0xC0000201.</param>
    public void AddAddresses(ReadOnlySpan<uint> addresses)
    {
        var batch = new RuleBatch(RememberRules);
        foreach (var address in addresses)
            batch.Add(IPRule.OfAddress(AddressBits.Of(address)));
        Change(snapshot => snapshot.Add(batch));
    }

    /// <summary>Adds the addresses from one to another, both included.</summary>
    /// <param name="start">The first address.</param>
    /// <param name="end">The last address, of the same family.</param>
    /// <returns>False when the same rule was there already.</returns>
    /// <exception cref="ArgumentException">The two are of different families, or the start comes after the end.</exception>
    public bool AddAddressRange(IPAddress start, IPAddress end) => Add(RangeOf(Bits(start), Bits(end)));

    /// <inheritdoc cref="AddAddressRange(IPAddress, IPAddress)"/>
    /// <exception cref="FormatException">One of the texts is not an address.</exception>
    public bool AddAddressRange(string start, string end) => Add(RangeOf(Bits(start), Bits(end)));

    /// <summary>Adds the network that an address is in.</summary>
    /// <param name="network">An address of the network; bits behind the prefix do not matter.</param>
    /// <param name="prefixLength">0 to 32 for IPv4, 0 to 128 for IPv6. 0 is every address of the family.</param>
    /// <returns>False when the same rule was there already.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The prefix length is outside these bounds.</exception>
    public bool AddSubnet(IPAddress network, int prefixLength) => Add(SubnetOf(Bits(network), prefixLength));

    /// <inheritdoc cref="AddSubnet(IPAddress, int)"/>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public bool AddSubnet(string network, int prefixLength) => Add(SubnetOf(Bits(network), prefixLength));

    /// <summary>Adds a network.</summary>
    /// <param name="network">The network.</param>
    /// <returns>False when the same rule was there already.</returns>
    public bool AddSubnet(IPNetwork network) => Add(SubnetOf(AddressBits.Of(network.BaseAddress), network.PrefixLength));

    /// <summary>Adds a network in CIDR notation.</summary>
    /// <param name="cidr">Like <c>192.0.2.0/24</c>; the prefix length without leading zeros.</param>
    /// <returns>False when the same rule was there already.</returns>
    /// <exception cref="FormatException">The text is not that.</exception>
    public bool AddCidr(string cidr) => Add(CidrOf(cidr));

    /// <summary>Adds the networks of a preset, each as a rule that names it.</summary>
    /// <param name="preset">The preset.</param>
    /// <returns>False when all of them were there already.</returns>
    public bool Add(IPPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return Change(snapshot => preset.Networks.Aggregate(snapshot, (result, network) => result.Add(RuleOf(network), preset.Number)));
    }

    internal void Add(IPPreset preset, Func<IPNetwork, bool> where) =>
        Change(snapshot => preset.Networks.Where(where).Aggregate(snapshot, (result, network) => result.Add(RuleOf(network), preset.Number)));

    private bool Add(IPRule rule) => Change(snapshot => snapshot.Add(rule, preset: 0));

    private static AddressBits Bits(IPAddress address, [CallerArgumentExpression(nameof(address))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(address, name);
        return AddressBits.Of(address);
    }

    private static AddressBits Bits(string text, [CallerArgumentExpression(nameof(text))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(text, name);
        return AddressText.TryRead(text, out var address) ? address : throw NoAddress(text);
    }

    private static FormatException NoAddress(ReadOnlySpan<char> text) =>
        new($"{ShownText.Quote(text)} is not an IP address: four decimal numbers without leading zeros, or IPv6, and nothing behind it.");

    private static IPRule RangeOf(AddressBits start, AddressBits end) =>
        IPRule.OfRange(start, end, out var problem) ?? throw new ArgumentException($"{start}-{end} is no range: {problem}.", nameof(end));

    private static IPRule SubnetOf(AddressBits network, int prefixLength) =>
        IPRule.OfSubnet(network, prefixLength, out var problem) ?? throw new ArgumentOutOfRangeException(nameof(prefixLength), prefixLength, $"{network}/{prefixLength} is no subnet: {problem}.");

    private static IPRule CidrOf(string cidr)
    {
        ArgumentNullException.ThrowIfNull(cidr);
        return IPRuleText.ReadSubnet(cidr, out var problem) ?? throw new FormatException($"{ShownText.Quote(cidr)} is no subnet: {problem}.");
    }

    private static IPRule RuleOf(IPNetwork network) => SubnetOf(AddressBits.Of(network.BaseAddress), network.PrefixLength);
}
