using System.Net;
using System.Text;

namespace Net.Async.Tests.Policies;

/// <summary>Mistakes: each is told, and leaves the list as it was.</summary>
public class BlockListErrorsTests
{
    [Fact]
    public async Task AddAndCheck_BadArguments_AreAsVerified()
    {
        var list = Filled();
        var (ipv4, ipv6) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"));
        var thrown = new ThrownMessages();
        foreach (var text in (string[])["", "1.2.3", "010.0.0.1", "0x7f.0.0.1", "1.2.3.4 ", "1.2.3.4/8", "[::1]", "::1%", "1.1.1.1\0foo", new('1', 200)])
        {
            thrown.Add($"AddAddress '{text.Replace("\0", "NUL", StringComparison.Ordinal)}'", () => list.AddAddress(text));
            thrown.Add($"Check '{text.Replace("\0", "NUL", StringComparison.Ordinal)}'", () => list.Contains(text));
        }

        foreach (var text in (string[])["10.0.0.0", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10/8", "::/129", "::1/1/2", "/8"])
            thrown.Add($"AddCidr '{text}'", () => list.AddCidr(text));
        thrown.Add("AddRange reversed", () => list.AddAddressRange("10.0.0.2", "10.0.0.1"));
        thrown.Add("AddRange mixed", () => list.AddAddressRange(ipv4, ipv6));
        thrown.Add("AddRange mixed with a mapped address", () => list.AddAddressRange("10.0.0.1", "::ffff:10.0.0.2"));
        thrown.Add("AddSubnet 192.0.2.1, 33", () => list.AddSubnet(ipv4, 33));
        thrown.Add("AddSubnet 2001:db8::1, 129", () => list.AddSubnet(ipv6, 129));
        thrown.Add("AddSubnet 192.0.2.1, -1", () => list.AddSubnet(ipv4, -1));
        thrown.Add("AddAddress null", () => list.AddAddress((IPAddress)null!));
        thrown.Add("AddAddresses with null", () => list.AddAddresses([ipv4, null!]));
        thrown.Add("Add null", () => list.Add(null!));
        thrown.Add("Check 5 bytes", () => list.Contains(new byte[5]));
        thrown.Add("CheckMany without room", () => list.ContainsMany([1u, 2u], new bool[1]));
        thrown.Add("Remove, not remembering", () => new BlockList { RememberRules = false }.RemoveAddress(ipv4));

        await Verifier.Verify(thrown.ToString());
        AssertUntouched(list);
    }

    [Fact]
    public async Task FromJson_BadText_IsAsVerified()
    {
        var list = Filled();
        var thrown = new ThrownMessages();
        foreach (var rule in (string[])
        [
            "", "1.2.3.4", "Address: IPv4 1.2.3", "Address: IPv4 ::1", "Address: IPv6 1.2.3.4", "Address: IPv5 1.2.3.4", "address: IPv4 1.2.3.4", "xxAddress: IPv4 1.2.3.4", "Address: IPv4 1.2.3.4 ", "Address:  IPv4 1.2.3.4",
            "Range: IPv4 1.2.3.4", "Range: IPv4 1.2.3.4-1.2.3.3", "Range: IPv4 1.2.3.4-::1", "Subnet: IPv4 1.2.3.4", "Subnet: IPv4 1.2.3.4/33", "Subnet: IPv6 ::/0129",
        ])
            thrown.Add($"'{rule}'", () => list.AddJson(["Address: IPv4 9.9.9.9", rule]));
        foreach (var json in (string[])["", "{}", "\"Address: IPv4 1.2.3.4\"", "[1]", "[\"Address: IPv4 9.9.9.9\",[]]", "[\"Address: IPv4 9.9.9.9\"", "[\"Address: IPv4 9.9.9.9\"] x", "[\"Address: IPv4 9.9.9.9\"] []"])
            thrown.Add($"JSON {json}", () => list.AddJson(json));

        await Verifier.Verify(thrown.ToString());
        AssertUntouched(list);
    }

    [Fact]
    public async Task Load_BadList_IsAsVerified()
    {
        var list = Filled();
        var thrown = new ThrownMessages();
        void Add(string name, string text, BlockListLoadOptions? options = null)
        {
            thrown.Add(name, () => list.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)), options));
            thrown.Add($"{name}, to replace", () => list.ReplaceWith(new MemoryStream(Encoding.UTF8.GetBytes(text)), options));
        }

        Add("a bad line", "9.9.9.9\n\n# x\n9.9.9\n");
        Add("a page of the web", "<!DOCTYPE html>\n<html>\n");
        Add("nomatch", "add x 9.9.9.9\nadd x 1.1.1.1 nomatch\n");
        Add("another ipset command", "add x 9.9.9.9\ndel x 9.9.9.9\n");
        Add("a long line", "9.9.9.9\n" + new string('1', 100), new() { MaxLineLength = 64 });
        Add("too many bytes", "9.9.9.9\n8.8.8.8\n", new() { MaxBytes = 9 });
        Add("too many rules", "9.9.9.9\n8.8.8.8\n", new() { MaxRules = 1 });
        Add("everything", "9.9.9.9\n0.0.0.0/0\n");
        Add("broken JSON", "{\"prefixes\":[{\"ip_prefix\":\"9.9.9.9/32\"},\n}");
        Add("JSON cut off", "{\"prefixes\":[{\"ip_prefix\":\"9.9.9.9/32\"},");
        Add("JSON of another shape", "{\"networks\":[\"9.9.9.9/32\"]}");
        Add("a rule that is no string", "[\"9.9.9.9\",\n 5]");
        Add("a rule that is an object", "[{\"cidr\":\"9.9.9.9\"}]");
        thrown.Add("nothing, to replace", () => list.ReplaceWith(new MemoryStream()));
        thrown.Add("no stream", () => list.Load(null!));
        foreach (var path in (string[])["", "$", "a", "$a", "$.", "$.a[0]", "$.a[*", "$..a"])
            thrown.Add($"JsonPaths = {path}", () => _ = new BlockListLoadOptions { JsonPaths = [path] });
        thrown.Add("JsonPaths = 65", () => _ = new BlockListLoadOptions { JsonPaths = [.. Enumerable.Repeat("$.a", 65)] });
        thrown.Add("Format = 9", () => _ = new BlockListLoadOptions { Format = (BlockListFormat)9 });
        thrown.Add("MaxBytes = 0", () => _ = new BlockListLoadOptions { MaxBytes = 0 });
        thrown.Add("MaxLineLength = 63", () => _ = new BlockListLoadOptions { MaxLineLength = 63 });
        thrown.Add("MaxRules = 0", () => _ = new BlockListLoadOptions { MaxRules = 0 });
        thrown.Add("MaxShrink = NaN", () => _ = new BlockListLoadOptions { MaxShrinkRatio = double.NaN });

        await Verifier.Verify(thrown.ToString());
        AssertUntouched(list);
    }

    private static BlockList Filled()
    {
        var list = new BlockList();
        list.AddAddress("1.1.1.1");
        list.AddCidr("2001:db8::/32");
        return list;
    }

    private static void AssertUntouched(BlockList list) => Assert.Equal(["Address: IPv4 1.1.1.1", "Subnet: IPv6 2001:db8::/32"], list.Rules);
}
