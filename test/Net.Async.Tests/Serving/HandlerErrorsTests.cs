using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Serving;

/// <summary>An exception of a handler is never invisible: standard error has it where the program asked for nothing else.</summary>
public class HandlerErrorsTests : LeakCheck
{
    [Fact]
    public async Task Report_NothingIsSetUp_WritesEachKindOnceASecond()
    {
        var time = new FakeTimeProvider();
        var errors = new HandlerErrors(new ServerOptions { Connection = new ConnectionOptions { TimeProvider = time } });
        await using var connection = Connection.FromStream(new MemoryStream());

        Assert.Contains("System.IO.InvalidDataException: first", Written(() => errors.Report(connection, new InvalidDataException("first"))), StringComparison.Ordinal);
        Assert.Equal("", Written(() => errors.Report(connection, new InvalidDataException("second"))));
        Assert.Contains("other", Written(() => errors.Report(connection, new FormatException("other"))), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(1));
        var later = Written(() => errors.Report(connection, new InvalidDataException("third")));
        Assert.Contains("third", later, StringComparison.Ordinal);
        Assert.Contains("1 like it", later, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Report_CallbackOrObserver_ReplacesStandardError(bool callback)
    {
        var heard = 0;
        var errors = new HandlerErrors(callback ? new ServerOptions { OnError = (_, _) => heard++ } : new ServerOptions { Observer = new TestObserver() });
        await using var connection = Connection.FromStream(new MemoryStream());
        Assert.Equal("", Written(() => errors.Report(connection, new InvalidDataException())));
        Assert.Equal(callback ? 1 : 0, heard);
    }

    // The tests of this assembly run one after the other: standard error is theirs meanwhile.
    private static string Written(Action action)
    {
        var (before, writer) = (Console.Error, new StringWriter());
        Console.SetError(writer);
        try
        {
            action();
            return writer.ToString();
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
