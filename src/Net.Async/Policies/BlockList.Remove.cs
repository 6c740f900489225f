using System.Net;

namespace Net.Async;

public sealed partial class BlockList
{
    /// <summary>Removes the rule that <see cref="AddAddress(IPAddress)"/> added. An address that another rule covers stays held.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <returns>Whether there was such a rule.</returns>
    /// <exception cref="InvalidOperationException"><see cref="RememberRules"/> is false.</exception>
    public bool RemoveAddress(IPAddress address) => Remove(IPRule.OfAddress(Bits(address)));

    /// <inheritdoc cref="RemoveAddress(IPAddress)"/>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public bool RemoveAddress(string address) => Remove(IPRule.OfAddress(Bits(address)));

    /// <summary>Removes the rule that <see cref="AddAddressRange(IPAddress, IPAddress)"/> added; never a part of one.</summary>
    /// <param name="start">The first address.</param>
    /// <param name="end">The last address, of the same family.</param>
    /// <returns>Whether there was such a rule.</returns>
    /// <exception cref="ArgumentException">The two are of different families, or the start comes after the end.</exception>
    /// <exception cref="InvalidOperationException"><see cref="RememberRules"/> is false.</exception>
    public bool RemoveAddressRange(IPAddress start, IPAddress end) => Remove(RangeOf(Bits(start), Bits(end)));

    /// <inheritdoc cref="RemoveAddressRange(IPAddress, IPAddress)"/>
    /// <exception cref="FormatException">One of the texts is not an address.</exception>
    public bool RemoveAddressRange(string start, string end) => Remove(RangeOf(Bits(start), Bits(end)));

    /// <summary>Removes the rule that <see cref="AddSubnet(IPAddress, int)"/> added.</summary>
    /// <param name="network">An address of the network.</param>
    /// <param name="prefixLength">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
    /// <returns>Whether there was such a rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The prefix length is outside these bounds.</exception>
    /// <exception cref="InvalidOperationException"><see cref="RememberRules"/> is false.</exception>
    public bool RemoveSubnet(IPAddress network, int prefixLength) => Remove(SubnetOf(Bits(network), prefixLength));

    /// <inheritdoc cref="RemoveSubnet(IPAddress, int)"/>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public bool RemoveSubnet(string network, int prefixLength) => Remove(SubnetOf(Bits(network), prefixLength));

    /// <summary>Removes the rule that <see cref="AddSubnet(IPNetwork)"/> added.</summary>
    /// <param name="network">The network.</param>
    /// <returns>Whether there was such a rule.</returns>
    /// <exception cref="InvalidOperationException"><see cref="RememberRules"/> is false.</exception>
    public bool RemoveSubnet(IPNetwork network) => Remove(RuleOf(network));

    /// <summary>Removes the rule that <see cref="AddCidr"/> added.</summary>
    /// <param name="cidr">Like <c>192.0.2.0/24</c>.</param>
    /// <returns>Whether there was such a rule.</returns>
    /// <exception cref="FormatException">The text is not that.</exception>
    /// <exception cref="InvalidOperationException"><see cref="RememberRules"/> is false.</exception>
    public bool RemoveCidr(string cidr) => Remove(CidrOf(cidr));

    /// <summary>Removes the rules of a preset. The same networks added by hand stay.</summary>
    /// <param name="preset">The preset.</param>
    /// <returns>Whether there was any.</returns>
    /// <exception cref="InvalidOperationException"><see cref="RememberRules"/> is false.</exception>
    public bool Remove(IPPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        ThrowIfForgetful();
        return Change(snapshot => preset.Networks.Aggregate(snapshot, (result, network) => result.Remove(RuleOf(network), preset.Number) ?? result));
    }

    /// <summary>Removes every rule.</summary>
    public void Clear() => Change(static snapshot => BlockListSnapshot.Empty(snapshot.RemembersRules));

    private bool Remove(IPRule rule)
    {
        ThrowIfForgetful();
        return Change(snapshot => snapshot.Remove(rule, preset: 0));
    }

    private void ThrowIfForgetful()
    {
        if (!RememberRules)
            throw new InvalidOperationException("The list does not remember its rules (RememberRules = false): what else covers an address is not known.");
    }
}
