using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Samples;

/// <summary>The chat: two clients and a server, each a process.</summary>
public class SignalRChatSampleTests
{
    [LinuxFact]
    public async Task SignalRChat_TwoClients_EachReadsWhatBothSay()
    {
        await using var server = SampleProcess.Start("SignalRChat", "serve", "0");
        var url = Assert.Single(await server.ReadAddressesAsync(1));

        await using var ann = SampleProcess.Start("SignalRChat", "chat", url, "Ann");
        Assert.Equal("Ann has come", await ann.ReadLineAsync());
        await using var ben = SampleProcess.Start("SignalRChat", "chat", url, "Ben");
        Assert.Equal("Ben has come", await ben.ReadLineAsync());
        Assert.Equal("Ben has come", await ann.ReadLineAsync());

        await ann.WriteLineAsync("hello");
        Assert.Equal("Ann: hello", await ann.ReadLineAsync());
        Assert.Equal("Ann: hello", await ben.ReadLineAsync());
        await ben.WriteLineAsync("good morning");
        Assert.Equal("Ben: good morning", await ann.ReadLineAsync());
        Assert.Equal("Ben: good morning", await ben.ReadLineAsync());

        ann.EndInput();
        Assert.Equal("Ann has left", await ben.ReadLineAsync());
        Assert.Equal(0, (await ann.ExitAsync()).Code);

        // The server tells the other one that it closes.
        var (code, output) = await server.TerminateAsync();
        Assert.True(code == 0, output);
        Assert.Equal(0, (await ben.ExitAsync()).Code);
    }

    [LinuxFact]
    public async Task SignalRChat_ClientWithoutAServer_SaysWhyAndEnds()
    {
        // It has the port and does not listen.
        using var bound = new Socket(SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var ann = SampleProcess.Start("SignalRChat", "chat", $"http://{bound.LocalEndPoint}/chat", "Ann");

        Assert.Equal((1, ""), await ann.ExitAsync());
    }

    [LinuxFact]
    public async Task SignalRChat_ClientThatGetsSigTerm_LeavesInOrder()
    {
        await using var server = SampleProcess.Start("SignalRChat", "serve", "0");
        var url = Assert.Single(await server.ReadAddressesAsync(1));
        await using var ann = SampleProcess.Start("SignalRChat", "chat", url, "Ann");
        Assert.Equal("Ann has come", await ann.ReadLineAsync());

        Assert.Equal(0, (await ann.TerminateAsync()).Code);

        Assert.Equal(0, (await server.TerminateAsync()).Code);
    }

    [Theory]
    [InlineData]
    [InlineData("serve", "no-port")]
    [InlineData("chat", "no address", "Ann")]
    public async Task SignalRChat_BadArguments_SaysHowAndExits2(params string[] arguments)
    {
        await using var sample = SampleProcess.Start("SignalRChat", arguments);

        Assert.Equal(2, (await sample.ExitAsync()).Code);
    }
}
