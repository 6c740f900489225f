using System.Net.Sockets;

namespace Net.Async.Tests;

public class UnixPathsTests
{
    [Theory]
    [InlineData("/run/a.sock")]
    [InlineData("/tmp/ä b:c")]
    public void TryCreate_Path_IsItsEndPoint(string path)
    {
        var endPoint = UnixPaths.TryCreate(path, out var problem);

        Assert.Null(problem);
        Assert.Equal(path, endPoint?.ToString());
        Assert.False(endPoint!.IsAbstract());
    }

    [Theory]
    [InlineData("", "the path is empty")]
    [InlineData("@", "the path is empty")]
    [InlineData("/a\0b", "the path has a NUL")]
    [InlineData("@\0", "the path has a NUL")]
    public void TryCreate_NoPath_SaysWhy(string path, string expected) => AssertProblem(expected, path);

    [Fact]
    public void TryCreate_LongestPath_IsItsEndPoint()
    {
        var path = Path(UnixPaths.MaxBytes);

        Assert.Equal(path, UnixPaths.TryCreate(path, out _)?.ToString());
    }

    [Fact]
    public void TryCreate_OneByteTooLong_SaysTheLimit() =>
        AssertProblem($"the path has {UnixPaths.MaxBytes + 1} bytes, the limit is {UnixPaths.MaxBytes}", Path(UnixPaths.MaxBytes + 1));

    [Theory]
    [InlineData("ü", 2)]
    [InlineData("€", 3)]
    [InlineData("😀", 4)]
    public void TryCreate_MultiByteCharacters_CountAsBytes(string character, int bytes)
    {
        var longest = Path(UnixPaths.MaxBytes - bytes) + character;

        Assert.Equal(longest, UnixPaths.TryCreate(longest, out _)?.ToString());
        AssertProblem($"the path has {UnixPaths.MaxBytes + 1} bytes, the limit is {UnixPaths.MaxBytes}", Path(UnixPaths.MaxBytes + 1 - bytes) + character);
    }

    [Fact]
    public void MaxBytes_OnLinux_Is107() => Assert.Equal(OperatingSystem.IsMacOS() ? 103 : 107, UnixPaths.MaxBytes);

    [LinuxFact]
    public void TryCreate_AbstractName_BeginsWithNul()
    {
        var endPoint = UnixPaths.TryCreate("@name", out _);

        Assert.Equal(new UnixDomainSocketEndPoint("\0name"), endPoint);
        Assert.True(endPoint!.IsAbstract());
    }

    // The kernel counts the leading NUL and no closing one: 108 bytes are the NUL and 107 more (unix(7)).
    [LinuxFact]
    public void TryCreate_LongestAbstractName_UsesAllOfTheAddress()
    {
        var name = new string('a', 107);

        Assert.Equal(new UnixDomainSocketEndPoint("\0" + name), UnixPaths.TryCreate("@" + name, out var problem));
        Assert.Null(problem);
    }

    [LinuxFact]
    public void TryCreate_AbstractNameTooLong_IsRefused()
    {
        Assert.Null(UnixPaths.TryCreate("@" + new string('a', 108), out var problem));
        Assert.StartsWith("the path has ", problem, StringComparison.Ordinal);
    }

    private static string Path(int bytes) => "/" + new string('a', bytes - 1);

    private static void AssertProblem(string expected, string path)
    {
        Assert.Null(UnixPaths.TryCreate(path, out var problem));
        Assert.Equal(expected, problem);
    }
}
