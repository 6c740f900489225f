namespace Net.Async.Tests;

public class HostsTableTests
{
    private const string Text = "# hosts\r\n127.0.0.1\tlocalhost\n::1 localhost ip6-localhost\n  10.0.0.1 one Two.test # two\n10.0.0.2 one\n10.0.0.1 one\n::ffff:10.0.0.3 mapped\n127.1 short\n10.0.0.4\nfe80::1%lo0x zone\n0.0.0.0 blocked.test";

    [Theory]
    [InlineData("localhost", "127.0.0.1 ::1")]
    [InlineData("ONE", "10.0.0.1 10.0.0.2")]
    [InlineData("two.test", "10.0.0.1")]
    [InlineData("mapped", "10.0.0.3")]
    [InlineData("blocked.test", "0.0.0.0")]
    [InlineData("short", null)]
    [InlineData("zone", null)]
    [InlineData("two", null)]
    [InlineData("#", null)]
    public void Find_Hosts_AreThoseOfTheLines(string host, string? addresses) =>
        Assert.Equal(addresses, HostsTable.Parse(Text).Find(host) is { } found ? string.Join(' ', found) : null);

    [Theory]
    [InlineData("", "BeforeServers")]
    [InlineData("hosts: files dns", "BeforeServers")]
    [InlineData("# hosts: dns\n hosts:\tfiles mdns4_minimal [NOTFOUND=return] dns myhostname", "BeforeServers")]
    [InlineData("hosts: dns files", "AfterServers")]
    [InlineData("hosts: resolve [!UNAVAIL=return] files dns", "AfterServers")]
    [InlineData("hosts: dns # files", "Never")]
    [InlineData("hosts: files", "BeforeServers")]
    [InlineData("passwd: dns files", "BeforeServers")]
    public void Parse_NameServiceSwitch_SaysWhenTheFileIsRead(string text, string order) => Assert.Equal(order, NameServiceSwitch.Parse(text).ToString());
}
