namespace Net.Async.Tests.Samples;

/// <summary>gRPC over a Unix socket: a server and its clients, each a process.</summary>
public class GrpcUnixSampleTests
{
    [LinuxFact]
    public async Task GrpcUnix_UnaryAndStream_Answer()
    {
        var path = SampleProcess.NewPath();
        await using var server = SampleProcess.Start("GrpcUnix", "serve", path);
        Assert.Equal($"http://unix:{path}", Assert.Single(await server.ReadAddressesAsync(1)));
        Assert.True(SampleProcess.IsForThisUserOnly(path));

        await using var one = SampleProcess.Start("GrpcUnix", "hello", path, "Ann");
        Assert.Equal((0, "hello Ann\n"), await one.ExitAsync());

        await using var many = SampleProcess.Start("GrpcUnix", "hellos", path, "Ben", "1000");
        var (code, output) = await many.ExitAsync();
        Assert.Equal(0, code);
        Assert.Equal(Enumerable.Range(1, 1000).Select(static i => $"hello Ben, {i} of 1000"), output.TrimEnd('\n').Split('\n'));

        Assert.Equal(0, (await server.TerminateAsync()).Code);
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData]
    [InlineData("hello", "/tmp/a-socket")]
    [InlineData("hellos", "/tmp/a-socket", "Ann", "no-count")]
    public async Task GrpcUnix_BadArguments_SaysHowAndExits2(params string[] arguments)
    {
        await using var sample = SampleProcess.Start("GrpcUnix", arguments);

        Assert.Equal(2, (await sample.ExitAsync()).Code);
    }
}
